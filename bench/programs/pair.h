// What the SIMD programs and their scalar twins share. Each is one source,
// built twice: NAME.wasm without SIMD, NAME-simd.wasm with -msimd128, which
// defines __wasm_simd128__. Both do the same work and return the same checksum,
// so that their times say what v128 instructions gain.
#ifndef PAIR_H
#define PAIR_H

#include "kernel.h"
#ifdef __wasm_simd128__
#include <wasm_simd128.h>
#endif

#endif
