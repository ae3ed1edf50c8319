// cpu: an emulator of a small 8-bit processor (registers, flags, a stack, 24
// instructions chosen by a switch) that sorts and sums a page of bytes, over
// and over: n runs of its program.

const Cpu = struct {
    a: u8 = 0,
    x: u8 = 0,
    y: u8 = 0,
    sp: u8 = 0xff,
    pc: u16 = 0,
    zero: bool = false,
    carry: bool = false,
    negative: bool = false,
};

var memory: [65536]u8 = undefined;

const Code = enum(u8) { lda_imm, ldx_imm, ldy_imm, lda_x, lda_x1, sta_x, sta_x1, tay, tax, txa, tya, inx, dex, adc, sbc, cmp_x, cpx, bne, beq, bcc, bcs, jsr, rts, pha, pla, clc, sec, eor, lsr, rol, stop };

fn flags(cpu: *Cpu, value: u8) u8 {
    cpu.zero = value == 0;
    cpu.negative = value & 0x80 != 0;
    return value;
}

fn fetch(cpu: *Cpu) u8 {
    const byte = memory[cpu.pc];
    cpu.pc +%= 1;
    return byte;
}

fn branch(cpu: *Cpu, taken: bool) void {
    const offset: i8 = @bitCast(fetch(cpu));
    if (taken) cpu.pc +%= @bitCast(@as(i16, offset));
}

fn add(cpu: *Cpu, value: u8) void {
    const sum = @as(u16, cpu.a) + value + @intFromBool(cpu.carry);
    cpu.carry = sum > 0xff;
    cpu.a = flags(cpu, @truncate(sum));
}

fn push(cpu: *Cpu, value: u8) void {
    memory[@as(u16, 0x100) + cpu.sp] = value;
    cpu.sp -%= 1;
}

fn pop(cpu: *Cpu) u8 {
    cpu.sp +%= 1;
    return memory[@as(u16, 0x100) + cpu.sp];
}

fn compare(cpu: *Cpu, left: u8, right: u8) void {
    cpu.carry = left >= right;
    _ = flags(cpu, left -% right);
}

noinline fn execute(cpu: *Cpu) u32 {
    var steps: u32 = 0;
    while (true) {
        steps += 1;
        const page: u16 = 0x200;
        switch (@as(Code, @enumFromInt(fetch(cpu)))) {
            .lda_imm => cpu.a = flags(cpu, fetch(cpu)),
            .ldx_imm => cpu.x = flags(cpu, fetch(cpu)),
            .ldy_imm => cpu.y = flags(cpu, fetch(cpu)),
            .lda_x => cpu.a = flags(cpu, memory[page + cpu.x]),
            .lda_x1 => cpu.a = flags(cpu, memory[page + 1 + cpu.x]),
            .sta_x => memory[page + cpu.x] = cpu.a,
            .sta_x1 => memory[page + 1 + cpu.x] = cpu.a,
            .tay => cpu.y = flags(cpu, cpu.a),
            .tax => cpu.x = flags(cpu, cpu.a),
            .txa => cpu.a = flags(cpu, cpu.x),
            .tya => cpu.a = flags(cpu, cpu.y),
            .inx => cpu.x = flags(cpu, cpu.x +% 1),
            .dex => cpu.x = flags(cpu, cpu.x -% 1),
            .adc => add(cpu, memory[page + cpu.x]),
            .sbc => add(cpu, ~memory[page + cpu.x]),
            .cmp_x => compare(cpu, cpu.a, memory[page + cpu.x]),
            .cpx => compare(cpu, cpu.x, fetch(cpu)),
            .bne => branch(cpu, !cpu.zero),
            .beq => branch(cpu, cpu.zero),
            .bcc => branch(cpu, !cpu.carry),
            .bcs => branch(cpu, cpu.carry),
            .jsr => {
                const low: u16 = fetch(cpu);
                const to = low | @as(u16, fetch(cpu)) << 8;
                push(cpu, @truncate(cpu.pc >> 8));
                push(cpu, @truncate(cpu.pc));
                cpu.pc = to;
            },
            .rts => {
                const low: u16 = pop(cpu);
                cpu.pc = low | @as(u16, pop(cpu)) << 8;
            },
            .pha => push(cpu, cpu.a),
            .pla => cpu.a = flags(cpu, pop(cpu)),
            .clc => cpu.carry = false,
            .sec => cpu.carry = true,
            .eor => cpu.a = flags(cpu, cpu.a ^ memory[page + cpu.x]),
            .lsr => {
                cpu.carry = cpu.a & 1 != 0;
                cpu.a = flags(cpu, cpu.a >> 1);
            },
            .rol => {
                const bit: u8 = @intFromBool(cpu.carry);
                cpu.carry = cpu.a & 0x80 != 0;
                cpu.a = flags(cpu, cpu.a << 1 | bit);
            },
            .stop => return steps,
        }
    }
}

var at: u16 = 0;

fn emit(code: Code) void {
    memory[at] = @intFromEnum(code);
    at += 1;
}

fn emitWith(code: Code, operand: u8) void {
    emit(code);
    memory[at] = operand;
    at += 1;
}

fn backTo(code: Code, target: u16) void {
    emitWith(code, @truncate(target -% (at + 2)));
}

/// A bubble sort of 64 bytes, then a mix of them by a subroutine.
fn assemble() void {
    at = 0x1000;
    const subroutine = at;
    emit(.pha);
    emit(.eor);
    emit(.lsr);
    emit(.pla);
    emit(.rol);
    emit(.adc);
    emit(.rts);
    at = 0x400;
    const again = at;
    emitWith(.ldy_imm, 0);
    emitWith(.ldx_imm, 0);
    const next = at;
    emit(.lda_x1);
    emit(.cmp_x);
    emitWith(.bcs, 7); // in order
    emit(.pha);
    emit(.lda_x);
    emit(.sta_x1);
    emit(.pla);
    emit(.sta_x);
    emitWith(.ldy_imm, 1);
    emit(.inx);
    emitWith(.cpx, 63);
    backTo(.bne, next);
    emit(.tya);
    backTo(.bne, again);
    emitWith(.lda_imm, 0);
    emitWith(.ldx_imm, 63);
    emit(.clc);
    const mixing = at;
    emitWith(.jsr, @truncate(subroutine));
    memory[at] = @truncate(subroutine >> 8);
    at += 1;
    emit(.dex);
    backTo(.bne, mixing);
    emit(.stop);
}

export fn run(n: i32) i32 {
    assemble();
    var seed: u32 = 2463534242;
    var sum: u32 = 0;
    var round: i32 = 0;
    while (round < n) : (round += 1) {
        for (memory[0x200..0x240]) |*byte| {
            seed ^= seed << 13;
            seed ^= seed >> 17;
            seed ^= seed << 5;
            byte.* = @truncate(seed);
        }
        var cpu = Cpu{ .pc = 0x400 };
        const steps = execute(&cpu);
        sum = (sum ^ (steps << 8 | cpu.a)) *% 0x01000193;
        sum = sum << 5 | sum >> 27;
    }
    return @bitCast(sum);
}
