	push	r14
	push	rbx
	push	rax
	mov	rax, rdx
	mov	rbx, rsi
	mov	r14, rdi
	mov	rcx, qword ptr [rsi + 48]
	sub	rcx, rdx
	cmp	rcx, 127
	jbe	.LBB3_1
.LBB3_2:
	movabs	rcx, 63919387910779
	mov	qword ptr [rax], rcx
	add	rax, 6
	mov	rsi, qword ptr [r14]
	mov	rcx, qword ptr [rbx + 40]
	mov	rdi, rax
	call	qword ptr [rcx + 8]
	movups	xmm0, xmmword ptr [rip + CONSTANT+128]
	movups	xmmword ptr [rax], xmm0
	lea	rdi, [rax + 10]
	mov	esi, dword ptr [r14 + 16]
	mov	rax, qword ptr [rbx + 40]
	call	qword ptr [rax + 8]
	movups	xmm0, xmmword ptr [rip + CONSTANT+200]
	movups	xmmword ptr [rax], xmm0
	lea	rdi, [rax + 11]
	mov	rsi, qword ptr [r14 + 8]
	mov	rax, qword ptr [rbx + 40]
	call	qword ptr [rax + 16]
	movabs	rcx, 2478221609173131820
	mov	qword ptr [rax], rcx
	mov	byte ptr [rax + 8], 58
	movzx	ecx, byte ptr [r14 + 23]
	mov	rsi, rcx
	xor	rsi, 5
	test	rcx, rcx
	mov	ecx, 1702195828
	movabs	rdx, 435728179558
	cmovne	rdx, rcx
	mov	qword ptr [rax + 9], rdx
	lea	rcx, [rax + rsi]
	add	rcx, 9
	movabs	rdx, 2478515131851678252
	mov	qword ptr [rax + rsi + 9], rdx
	mov	byte ptr [rax + rsi + 17], 58
	movzx	edx, byte ptr [r14 + 20]
	lea	rdi, [rdx + 4*rdx]
	lea	r8, [rip + CONSTANT]
	mov	rdx, qword ptr [r8 + 8*rdi + 32]
	movups	xmm0, xmmword ptr [r8 + 8*rdi]
	movups	xmm1, xmmword ptr [r8 + 8*rdi + 16]
	movups	xmmword ptr [rax + rsi + 34], xmm1
	movups	xmmword ptr [rax + rsi + 18], xmm0
	movups	xmm0, xmmword ptr [rip + CONSTANT+416]
	movups	xmmword ptr [rdx + rcx + 9], xmm0
	lea	rax, [rdx + rcx]
	add	rax, 20
	cmp	byte ptr [r14 + 21], 1
	jne	.LBB3_4
	movzx	ecx, byte ptr [r14 + 22]
	lea	rsi, [rip + CONSTANT]
	movzx	edx, byte ptr [rsi + 4*rcx + 3]
	mov	ecx, dword ptr [rsi + 4*rcx]
	add	rdx, rax
	jmp	.LBB3_5
.LBB3_4:
	add	rdx, rcx
	add	rdx, 9
	add	rdx, 15
	mov	ecx, 1819047278
.LBB3_5:
	mov	dword ptr [rax], ecx
	mov	qword ptr [rdx], 125
	inc	rdx
	mov	rax, rbx
	add	rsp, 8
	pop	rbx
	pop	r14
	ret
.LBB3_1:
	mov	edx, 128
	mov	rdi, rbx
	mov	rsi, rax
	call	qword ptr [rip + grow@GOTPCREL]
	jmp	.LBB3_2
