// vm: a stack machine's bytecode interpreter, one switch (br_table) per step.
// It runs the Collatz sequence of 1..n in its own bytecode and adds up the
// lengths. Measures br_table, byte loads and stack traffic in memory.
#include "kernel.h"

enum {
  PUSH, LOAD, STORE, ADD, SUB, MUL, AND, SHR, DUP, SWAP, DROP,
  LT, EQ, JMP, JZ, JNZ, INC, NOT, OR, XOR, HALT
};

enum { I, LIMIT, X, SUM };

static const u8 program[] = {
    /*  0 */ PUSH, 1, STORE, I,              // i = 1
    /*  4 */ LOAD, I, STORE, X,              // do: x = i
    /*  8 */ LOAD, X, PUSH, 1, EQ, JNZ, 45,  //   while (x != 1)
    /* 15 */ LOAD, SUM, INC, STORE, SUM,     //     sum++
    /* 20 */ LOAD, X, PUSH, 1, AND, JZ, 36,  //     if (x & 1)
    /* 27 */ LOAD, X, DUP, DUP, ADD, ADD,    //       x = 3 * x + 1
    /* 33 */ INC, JMP, 41,                   //
    /* 36 */ LOAD, X, PUSH, 1, SHR,          //     else x = x >> 1
    /* 41 */ STORE, X, JMP, 8,               //
    /* 45 */ LOAD, I, INC, DUP, STORE, I,    //   i++
    /* 51 */ LOAD, LIMIT, LT, JNZ, 4,        // while (i < limit)
    /* 56 */ HALT};

static i32 stack[64];
static i32 vars[8];

NOINLINE static i32 interpret(const u8 *code) {
  const u8 *pc = code;
  i32 *sp = stack;
  i32 steps = 0;
  for (;;) {
    steps++;
    switch (*pc++) {
    case PUSH: *sp++ = *pc++; break;
    case LOAD: *sp++ = vars[*pc++]; break;
    case STORE: vars[*pc++] = *--sp; break;
    case ADD: sp--; sp[-1] += *sp; break;
    case SUB: sp--; sp[-1] -= *sp; break;
    case MUL: sp--; sp[-1] *= *sp; break;
    case AND: sp--; sp[-1] &= *sp; break;
    case OR: sp--; sp[-1] |= *sp; break;
    case XOR: sp--; sp[-1] ^= *sp; break;
    case SHR: sp--; sp[-1] = (i32)((u32)sp[-1] >> (*sp & 31)); break;
    case DUP: *sp = sp[-1]; sp++; break;
    case SWAP: { i32 t = sp[-1]; sp[-1] = sp[-2]; sp[-2] = t; break; }
    case DROP: sp--; break;
    case LT: sp--; sp[-1] = sp[-1] < *sp; break;
    case EQ: sp--; sp[-1] = sp[-1] == *sp; break;
    case NOT: sp[-1] = !sp[-1]; break;
    case INC: sp[-1]++; break;
    case JMP: pc = code + *pc; break;
    case JZ: sp--; pc = *sp ? pc + 1 : code + *pc; break;
    case JNZ: sp--; pc = *sp ? code + *pc : pc + 1; break;
    default: return steps;
    }
  }
}

RUN i32 run(i32 n) {
  for (int i = 0; i < 8; i++) vars[i] = 0;
  vars[LIMIT] = n;
  i32 steps = interpret(program);
  return (i32)mix32((u32)vars[SUM], (u32)steps);
}
