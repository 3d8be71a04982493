	push	r14
	push	rbx
	push	rax
	mov	rax, rdx
	mov	rbx, rsi
	mov	r14, rdi
	mov	rcx, qword ptr [rsi + 48]
	sub	rcx, rdx
	cmp	rcx, 97
	jbe	.LBB2_1
.LBB2_2:
	movabs	rcx, 63919387910779
	mov	qword ptr [rax], rcx
	add	rax, 6
	mov	rsi, qword ptr [r14 + 48]
	mov	rcx, qword ptr [rbx + 40]
	mov	rdi, rax
	call	qword ptr [rcx + 8]
	movups	xmm0, xmmword ptr [rip + CONSTANT+128]
	movups	xmmword ptr [rax], xmm0
	lea	rsi, [rax + 9]
	mov	rdx, qword ptr [r14 + 8]
	mov	rcx, qword ptr [r14 + 16]
	mov	rax, qword ptr [rbx + 40]
	mov	r8d, 63
	mov	rdi, rbx
	call	qword ptr [rax]
	movups	xmm0, xmmword ptr [rip + CONSTANT+200]
	movups	xmmword ptr [rax], xmm0
	lea	rsi, [rax + 11]
	mov	rdx, qword ptr [r14 + 32]
	mov	rcx, qword ptr [r14 + 40]
	mov	rax, qword ptr [rbx + 40]
	mov	r8d, 52
	mov	rdi, rbx
	call	qword ptr [rax]
	movabs	rcx, 4189022098093648930
	mov	qword ptr [rax], rcx
	movzx	ecx, byte ptr [r14 + 61]
	lea	rdx, [rip + CONSTANT]
	movzx	esi, byte ptr [rdx + 4*rcx + 3]
	mov	ecx, dword ptr [rdx + 4*rcx]
	mov	dword ptr [rax + 8], ecx
	lea	rcx, [rax + rsi + 8]
	movabs	rdx, 2481036363284161068
	mov	qword ptr [rax + rsi + 8], rdx
	mov	byte ptr [rax + rsi + 16], 58
	movzx	edx, byte ptr [r14 + 60]
	mov	rdi, rdx
	xor	rdi, 5
	test	rdx, rdx
	mov	edx, 1702195828
	movabs	r8, 435728179558
	cmovne	r8, rdx
	mov	qword ptr [rax + rsi + 17], r8
	movups	xmm0, xmmword ptr [rip + CONSTANT+416]
	movups	xmmword ptr [rdi + rcx + 9], xmm0
	add	rdi, rcx
	add	rdi, 18
	mov	esi, dword ptr [r14 + 56]
	mov	rax, qword ptr [rbx + 40]
	call	qword ptr [rax + 24]
	mov	qword ptr [rax], 125
	lea	rdx, [rax + 1]
	mov	rax, rbx
	add	rsp, 8
	pop	rbx
	pop	r14
	ret
.LBB2_1:
	mov	edx, 98
	mov	rdi, rbx
	mov	rsi, rax
	call	qword ptr [rip + grow@GOTPCREL]
	jmp	.LBB2_2
