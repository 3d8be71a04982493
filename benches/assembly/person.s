	push	r14
	push	rbx
	push	rax
	mov	rax, rdx
	mov	rbx, rsi
	mov	r14, rdi
	mov	rcx, qword ptr [rsi + 32]
	sub	rcx, rdx
	cmp	rcx, 97
	jbe	.LBB3_1
.LBB3_2:
	movabs	rcx, 63919387910779
	mov	qword ptr [rax], rcx
	add	rax, 6
	mov	rsi, qword ptr [r14 + 48]
	mov	rcx, qword ptr [rbx + 24]
	mov	rdi, rax
	call	qword ptr [rcx + 8]
	movups	xmm0, xmmword ptr [rip + CONSTANT+128]
	movups	xmmword ptr [rax], xmm0
	lea	rdi, [rax + 9]
	mov	rdx, qword ptr [r14 + 8]
	mov	rcx, qword ptr [r14 + 16]
	mov	rax, qword ptr [rbx + 24]
	mov	r8d, 63
	mov	rsi, rbx
	call	qword ptr [rax]
	movups	xmm0, xmmword ptr [rip + CONSTANT+200]
	movups	xmmword ptr [rax], xmm0
	lea	rdi, [rax + 11]
	mov	rdx, qword ptr [r14 + 32]
	mov	rcx, qword ptr [r14 + 40]
	mov	rax, qword ptr [rbx + 24]
	mov	r8d, 52
	mov	rsi, rbx
	call	qword ptr [rax]
	movabs	rcx, 4189022098093648930
	mov	qword ptr [rax], rcx
	lea	rdi, [rax + 8]
	movzx	esi, byte ptr [r14 + 61]
	mov	rax, qword ptr [rbx + 24]
	call	qword ptr [rax + 8]
	movabs	rcx, 2481036363284161068
	mov	qword ptr [rax], rcx
	mov	byte ptr [rax + 8], 58
	movzx	ecx, byte ptr [r14 + 60]
	mov	rdx, rcx
	xor	rdx, 5
	test	rcx, rcx
	mov	ecx, 1702195828
	movabs	rsi, 435728179558
	cmovne	rsi, rcx
	mov	qword ptr [rax + 9], rsi
	movups	xmm0, xmmword ptr [rip + CONSTANT+416]
	movups	xmmword ptr [rax + rdx + 9], xmm0
	lea	rdi, [rax + rdx]
	add	rdi, 18
	mov	esi, dword ptr [r14 + 56]
	mov	rax, qword ptr [rbx + 24]
	call	qword ptr [rax + 24]
	mov	qword ptr [rax], 125
	lea	rdx, [rax + 1]
	mov	rax, rbx
	add	rsp, 8
	pop	rbx
	pop	r14
	ret
.LBB3_1:
	mov	edx, 98
	mov	rdi, rbx
	mov	rsi, rax
	call	qword ptr [rip + grow@GOTPCREL]
	jmp	.LBB3_2
