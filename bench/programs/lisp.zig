// lisp: a small virtual machine whose values are cells on a heap of its own,
// collected by mark and sweep when it is full. It runs list programs: building,
// mapping, appending, reversing, sorting by merges, association lists. n runs.

const Value = u32; // a small integer shifted left by one, plus 1; or a cell
const nil: Value = 0;
const cells = 8192;

const Cell = struct { head: Value, tail: Value };

var heap: [cells]Cell = undefined;
var marks: [cells]bool = undefined;
var free: Value = nil;
var free_count: u32 = 0;
var collections: u32 = 0;
var stack: [4096]Value = undefined;
var sp: usize = 0;

fn number(n: i32) Value {
    return @bitCast(n << 1 | 1);
}

fn integer(value: Value) i32 {
    return @as(i32, @bitCast(value)) >> 1;
}

fn push(value: Value) void {
    stack[sp] = value;
    sp += 1;
}

fn pop() Value {
    sp -= 1;
    return stack[sp];
}

fn mark(root: Value) void {
    var value = root;
    while (value != nil and value & 1 == 0) {
        const index = value >> 1;
        if (marks[index]) return;
        marks[index] = true;
        mark(heap[index].head);
        value = heap[index].tail;
    }
}

noinline fn collect() void {
    collections += 1;
    @memset(&marks, false);
    for (stack[0..sp]) |value| mark(value);
    free = nil;
    free_count = 0;
    var index: u32 = cells - 1;
    while (index > 0) : (index -= 1) {
        if (marks[index]) continue;
        heap[index].tail = free;
        free = index << 1;
        free_count += 1;
    }
}

/// Takes head and tail from the stack.
fn cons() void {
    if (free == nil) collect();
    const cell = free;
    free = heap[cell >> 1].tail;
    const tail = pop();
    heap[cell >> 1] = .{ .head = pop(), .tail = tail };
    push(cell);
}

const Op = enum(i8) { num, arg, cons, car, cdr, is_nil, jump_if_not, jump, add, sub, mul, rem, less, call, ret, nil };
const I = struct { op: Op, n: i32 = 0 };

fn op(comptime which: Op, comptime n: i32) I {
    return .{ .op = which, .n = n };
}

// Functions stand one after another; `call` names one, `ret` drops its
// arguments and leaves its result.
const Function = struct { arity: usize, code: []const I };
const range = 0;
const squares = 1;
const append = 2;
const reverse = 3;
const sum = 4;
const merge = 5;
const split = 6;
const sort = 7;
const count = 8;

const functions = [_]Function{
    // (range seed n): n pseudo-random numbers
    .{ .arity = 2, .code = &.{
        op(.arg, 1),    op(.num, 1),  op(.less, 0),   op(.jump_if_not, 6), op(.nil, 0),    op(.ret, 0),
        op(.arg, 0),    op(.arg, 0),  op(.num, 7141), op(.mul, 0),         op(.num, 5417), op(.add, 0),
        op(.num, 9091), op(.rem, 0),  op(.arg, 1),    op(.num, 1),         op(.sub, 0),    op(.call, range),
        op(.cons, 0),   op(.ret, 0),
    } },
    // (squares list)
    .{ .arity = 1, .code = &.{
        op(.arg, 0),         op(.is_nil, 0), op(.jump_if_not, 5), op(.nil, 0), op(.ret, 0),
        op(.arg, 0),         op(.car, 0),    op(.arg, 0),         op(.car, 0), op(.mul, 0),
        op(.num, 9091),      op(.rem, 0),    op(.arg, 0),         op(.cdr, 0), op(.call, squares),
        op(.cons, 0),        op(.ret, 0),
    } },
    // (append a b)
    .{ .arity = 2, .code = &.{
        op(.arg, 0), op(.is_nil, 0), op(.jump_if_not, 5), op(.arg, 1), op(.ret, 0),
        op(.arg, 0), op(.car, 0),    op(.arg, 0),         op(.cdr, 0), op(.arg, 1),
        op(.call, append), op(.cons, 0), op(.ret, 0),
    } },
    // (reverse list onto)
    .{ .arity = 2, .code = &.{
        op(.arg, 0), op(.is_nil, 0), op(.jump_if_not, 5), op(.arg, 1), op(.ret, 0),
        op(.arg, 0), op(.cdr, 0),    op(.arg, 0),         op(.car, 0), op(.arg, 1),
        op(.cons, 0), op(.call, reverse), op(.ret, 0),
    } },
    // (sum list)
    .{ .arity = 1, .code = &.{
        op(.arg, 0), op(.is_nil, 0), op(.jump_if_not, 5), op(.num, 0), op(.ret, 0),
        op(.arg, 0), op(.car, 0),    op(.arg, 0),         op(.cdr, 0), op(.call, sum),
        op(.add, 0), op(.ret, 0),
    } },
    // (merge a b)
    .{ .arity = 2, .code = &.{
        op(.arg, 0),  op(.is_nil, 0), op(.jump_if_not, 5), op(.arg, 1),          op(.ret, 0),
        op(.arg, 1),  op(.is_nil, 0), op(.jump_if_not, 10), op(.arg, 0),         op(.ret, 0),
        op(.arg, 0),  op(.car, 0),    op(.arg, 1),         op(.car, 0),          op(.less, 0),
        op(.jump_if_not, 24),
        op(.arg, 0),  op(.car, 0),    op(.arg, 0),         op(.cdr, 0),          op(.arg, 1),
        op(.call, merge), op(.cons, 0), op(.ret, 0),
        op(.arg, 1),  op(.car, 0),    op(.arg, 0),         op(.arg, 1),          op(.cdr, 0),
        op(.call, merge), op(.cons, 0), op(.ret, 0),
    } },
    // (split list): every other element of it
    .{ .arity = 1, .code = &.{
        op(.arg, 0), op(.is_nil, 0), op(.jump_if_not, 5), op(.nil, 0), op(.ret, 0),
        op(.arg, 0), op(.cdr, 0), op(.is_nil, 0), op(.jump_if_not, 11), op(.arg, 0), op(.ret, 0),
        op(.arg, 0), op(.car, 0), op(.arg, 0), op(.cdr, 0), op(.cdr, 0), op(.call, split), op(.cons, 0), op(.ret, 0),
    } },
    // (sort list)
    .{ .arity = 1, .code = &.{
        op(.arg, 0), op(.is_nil, 0), op(.jump_if_not, 5), op(.nil, 0), op(.ret, 0),
        op(.arg, 0), op(.cdr, 0), op(.is_nil, 0), op(.jump_if_not, 11), op(.arg, 0), op(.ret, 0),
        op(.arg, 0), op(.call, split), op(.call, sort), op(.arg, 0), op(.cdr, 0), op(.call, split), op(.call, sort),
        op(.call, merge), op(.ret, 0),
    } },
    // (count list): its length
    .{ .arity = 1, .code = &.{
        op(.arg, 0), op(.is_nil, 0), op(.jump_if_not, 5), op(.num, 0), op(.ret, 0),
        op(.num, 1), op(.arg, 0), op(.cdr, 0), op(.call, count), op(.add, 0), op(.ret, 0),
    } },
};

const Frame = struct { code: []const I, pc: usize, base: usize };
var frames: [1024]Frame = undefined;

/// Calls a function whose arguments are on the stack; leaves its result there.
noinline fn call(index: usize) void {
    var depth: usize = 0;
    var code = functions[index].code;
    var base = sp - functions[index].arity;
    var pc: usize = 0;
    while (true) {
        const i = code[pc];
        pc += 1;
        switch (i.op) {
            .num => push(number(i.n)),
            .arg => push(stack[base + @as(usize, @intCast(i.n))]),
            .nil => push(nil),
            .cons => cons(),
            .car => push(heap[pop() >> 1].head),
            .cdr => push(heap[pop() >> 1].tail),
            .is_nil => push(number(@intFromBool(pop() == nil))),
            .jump_if_not => if (integer(pop()) == 0) {
                pc = @intCast(i.n);
            },
            .jump => pc = @intCast(i.n),
            .add, .sub, .mul, .rem, .less => {
                const right = integer(pop());
                const left = integer(pop());
                push(number(switch (i.op) {
                    .add => left +% right,
                    .sub => left -% right,
                    .mul => left *% right,
                    .rem => @rem(left, right),
                    else => @intFromBool(left < right),
                }));
            },
            .call => {
                frames[depth] = .{ .code = code, .pc = pc, .base = base };
                depth += 1;
                const callee = functions[@intCast(i.n)];
                code = callee.code;
                base = sp - callee.arity;
                pc = 0;
            },
            .ret => {
                const result = pop();
                sp = base;
                push(result);
                if (depth == 0) return;
                depth -= 1;
                code = frames[depth].code;
                pc = frames[depth].pc;
                base = frames[depth].base;
            },
        }
    }
}

export fn run(n: i32) i32 {
    sp = 0;
    collections = 0;
    collect();
    var total: u32 = 0;
    var round: i32 = 0;
    while (round < n) : (round += 1) {
        push(number(round + 17));
        push(number(300));
        call(range);
        push(stack[sp - 1]);
        call(squares);
        push(nil);
        call(reverse);
        call(append);
        call(sort);
        push(stack[sp - 1]);
        call(sum);
        const weight = integer(pop());
        const middle = integer(heap[stack[sp - 1] >> 1].head);
        call(count);
        const length = integer(pop());
        total = (total ^ @as(u32, @bitCast(weight + middle * length))) *% 0x01000193;
        total = total << 5 | total >> 27;
    }
    return @bitCast(total ^ collections);
}
