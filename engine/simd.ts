/**
 * THE TABLE of the fixed-width SIMD instructions: 236 rows in the order of
 * the opcodes. The vector loop (exec_simd.ts) has an op for each but those
 * that are another one with its operands swapped (a > b is b < a), with the
 * mask that it makes negated, or on the upper halves. A lane in memory is a
 * plain access and a lane. Spec: «Vector Instructions».
 */

import { Feature } from "./features.ts";
import type { RowText } from "./instruction.ts";

export const SIMD: RowText = [
  Feature.Simd,
  `
    v128.load                       000  a:v
    v128.load8x8_s                  001  a:v
    v128.load8x8_u                  002  a:v
    v128.load16x4_s                 003  a:v
    v128.load16x4_u                 004  a:v
    v128.load32x2_s                 005  a:v
    v128.load32x2_u                 006  a:v
    v128.load8_splat                007  a:v
    v128.load16_splat               008  a:v
    v128.load32_splat               009  a:v
    v128.load64_splat               00a  a:v
    v128.store                      00b  av:
    v128.const                      00c  :v
    i8x16.shuffle                   00d  vv:v
    i8x16.swizzle                   00e  vv:v
    i8x16.splat                     00f  i:v
    i16x8.splat                     010  i:v
    i32x4.splat                     011  i:v
    i64x2.splat                     012  I:v
    f32x4.splat                     013  f:v   I32x4Splat
    f64x2.splat                     014  F:v   I64x2Splat
    i8x16.extract_lane_s            015  v:i
    i8x16.extract_lane_u            016  v:i
    i8x16.replace_lane              017  vi:v
    i16x8.extract_lane_s            018  v:i
    i16x8.extract_lane_u            019  v:i
    i16x8.replace_lane              01a  vi:v
    i32x4.extract_lane              01b  v:i
    i32x4.replace_lane              01c  vi:v
    i64x2.extract_lane              01d  v:I
    i64x2.replace_lane              01e  vI:v
    f32x4.extract_lane              01f  v:f   I32x4ExtractLane
    f32x4.replace_lane              020  vf:v  I32x4ReplaceLane
    f64x2.extract_lane              021  v:F   I64x2ExtractLane
    f64x2.replace_lane              022  vF:v  I64x2ReplaceLane
    i8x16.eq                        023  vv:v
    i8x16.ne                        024  vv:v  !I8x16Eq
    i8x16.lt_s                      025  vv:v
    i8x16.lt_u                      026  vv:v
    i8x16.gt_s                      027  vv:v  ~I8x16LtS
    i8x16.gt_u                      028  vv:v  ~I8x16LtU
    i8x16.le_s                      029  vv:v  ~!I8x16LtS
    i8x16.le_u                      02a  vv:v  ~!I8x16LtU
    i8x16.ge_s                      02b  vv:v  !I8x16LtS
    i8x16.ge_u                      02c  vv:v  !I8x16LtU
    i16x8.eq                        02d  vv:v
    i16x8.ne                        02e  vv:v  !I16x8Eq
    i16x8.lt_s                      02f  vv:v
    i16x8.lt_u                      030  vv:v
    i16x8.gt_s                      031  vv:v  ~I16x8LtS
    i16x8.gt_u                      032  vv:v  ~I16x8LtU
    i16x8.le_s                      033  vv:v  ~!I16x8LtS
    i16x8.le_u                      034  vv:v  ~!I16x8LtU
    i16x8.ge_s                      035  vv:v  !I16x8LtS
    i16x8.ge_u                      036  vv:v  !I16x8LtU
    i32x4.eq                        037  vv:v
    i32x4.ne                        038  vv:v  !I32x4Eq
    i32x4.lt_s                      039  vv:v
    i32x4.lt_u                      03a  vv:v
    i32x4.gt_s                      03b  vv:v  ~I32x4LtS
    i32x4.gt_u                      03c  vv:v  ~I32x4LtU
    i32x4.le_s                      03d  vv:v  ~!I32x4LtS
    i32x4.le_u                      03e  vv:v  ~!I32x4LtU
    i32x4.ge_s                      03f  vv:v  !I32x4LtS
    i32x4.ge_u                      040  vv:v  !I32x4LtU
    f32x4.eq                        041  vv:v
    f32x4.ne                        042  vv:v
    f32x4.lt                        043  vv:v
    f32x4.gt                        044  vv:v  ~F32x4Lt
    f32x4.le                        045  vv:v
    f32x4.ge                        046  vv:v  ~F32x4Le
    f64x2.eq                        047  vv:v
    f64x2.ne                        048  vv:v
    f64x2.lt                        049  vv:v
    f64x2.gt                        04a  vv:v  ~F64x2Lt
    f64x2.le                        04b  vv:v
    f64x2.ge                        04c  vv:v  ~F64x2Le
    v128.not                        04d  v:v
    v128.and                        04e  vv:v
    v128.andnot                     04f  vv:v
    v128.or                         050  vv:v
    v128.xor                        051  vv:v
    v128.bitselect                  052  vvv:v
    v128.any_true                   053  v:i
    v128.load8_lane                 054  av:v  Load8U
    v128.load16_lane                055  av:v  Load16U
    v128.load32_lane                056  av:v  Load32
    v128.load64_lane                057  av:v  Load64
    v128.store8_lane                058  av:   Store8
    v128.store16_lane               059  av:   Store16
    v128.store32_lane               05a  av:   Store32
    v128.store64_lane               05b  av:   Store64
    v128.load32_zero                05c  a:v
    v128.load64_zero                05d  a:v
    f32x4.demote_f64x2_zero         05e  v:v
    f64x2.promote_low_f32x4         05f  v:v
    i8x16.abs                       060  v:v
    i8x16.neg                       061  v:v
    i8x16.popcnt                    062  v:v
    i8x16.all_true                  063  v:i
    i8x16.bitmask                   064  v:i
    i8x16.narrow_i16x8_s            065  vv:v
    i8x16.narrow_i16x8_u            066  vv:v
    f32x4.ceil                      067  v:v
    f32x4.floor                     068  v:v
    f32x4.trunc                     069  v:v
    f32x4.nearest                   06a  v:v
    i8x16.shl                       06b  vi:v
    i8x16.shr_s                     06c  vi:v
    i8x16.shr_u                     06d  vi:v
    i8x16.add                       06e  vv:v
    i8x16.add_sat_s                 06f  vv:v
    i8x16.add_sat_u                 070  vv:v
    i8x16.sub                       071  vv:v
    i8x16.sub_sat_s                 072  vv:v
    i8x16.sub_sat_u                 073  vv:v
    f64x2.ceil                      074  v:v
    f64x2.floor                     075  v:v
    i8x16.min_s                     076  vv:v
    i8x16.min_u                     077  vv:v
    i8x16.max_s                     078  vv:v
    i8x16.max_u                     079  vv:v
    f64x2.trunc                     07a  v:v
    i8x16.avgr_u                    07b  vv:v
    i16x8.extadd_pairwise_i8x16_s   07c  v:v
    i16x8.extadd_pairwise_i8x16_u   07d  v:v
    i32x4.extadd_pairwise_i16x8_s   07e  v:v
    i32x4.extadd_pairwise_i16x8_u   07f  v:v
    i16x8.abs                       080  v:v
    i16x8.neg                       081  v:v
    i16x8.q15mulr_sat_s             082  vv:v
    i16x8.all_true                  083  v:i
    i16x8.bitmask                   084  v:i
    i16x8.narrow_i32x4_s            085  vv:v
    i16x8.narrow_i32x4_u            086  vv:v
    i16x8.extend_low_i8x16_s        087  v:v
    i16x8.extend_high_i8x16_s       088  v:v   ^I16x8ExtendLowI8x16S
    i16x8.extend_low_i8x16_u        089  v:v
    i16x8.extend_high_i8x16_u       08a  v:v   ^I16x8ExtendLowI8x16U
    i16x8.shl                       08b  vi:v
    i16x8.shr_s                     08c  vi:v
    i16x8.shr_u                     08d  vi:v
    i16x8.add                       08e  vv:v
    i16x8.add_sat_s                 08f  vv:v
    i16x8.add_sat_u                 090  vv:v
    i16x8.sub                       091  vv:v
    i16x8.sub_sat_s                 092  vv:v
    i16x8.sub_sat_u                 093  vv:v
    f64x2.nearest                   094  v:v
    i16x8.mul                       095  vv:v
    i16x8.min_s                     096  vv:v
    i16x8.min_u                     097  vv:v
    i16x8.max_s                     098  vv:v
    i16x8.max_u                     099  vv:v
    i16x8.avgr_u                    09b  vv:v
    i16x8.extmul_low_i8x16_s        09c  vv:v
    i16x8.extmul_high_i8x16_s       09d  vv:v  ^I16x8ExtmulLowI8x16S
    i16x8.extmul_low_i8x16_u        09e  vv:v
    i16x8.extmul_high_i8x16_u       09f  vv:v  ^I16x8ExtmulLowI8x16U
    i32x4.abs                       0a0  v:v
    i32x4.neg                       0a1  v:v
    i32x4.all_true                  0a3  v:i
    i32x4.bitmask                   0a4  v:i
    i32x4.extend_low_i16x8_s        0a7  v:v
    i32x4.extend_high_i16x8_s       0a8  v:v   ^I32x4ExtendLowI16x8S
    i32x4.extend_low_i16x8_u        0a9  v:v
    i32x4.extend_high_i16x8_u       0aa  v:v   ^I32x4ExtendLowI16x8U
    i32x4.shl                       0ab  vi:v
    i32x4.shr_s                     0ac  vi:v
    i32x4.shr_u                     0ad  vi:v
    i32x4.add                       0ae  vv:v
    i32x4.sub                       0b1  vv:v
    i32x4.mul                       0b5  vv:v
    i32x4.min_s                     0b6  vv:v
    i32x4.min_u                     0b7  vv:v
    i32x4.max_s                     0b8  vv:v
    i32x4.max_u                     0b9  vv:v
    i32x4.dot_i16x8_s               0ba  vv:v
    i32x4.extmul_low_i16x8_s        0bc  vv:v
    i32x4.extmul_high_i16x8_s       0bd  vv:v  ^I32x4ExtmulLowI16x8S
    i32x4.extmul_low_i16x8_u        0be  vv:v
    i32x4.extmul_high_i16x8_u       0bf  vv:v  ^I32x4ExtmulLowI16x8U
    i64x2.abs                       0c0  v:v
    i64x2.neg                       0c1  v:v
    i64x2.all_true                  0c3  v:i
    i64x2.bitmask                   0c4  v:i
    i64x2.extend_low_i32x4_s        0c7  v:v
    i64x2.extend_high_i32x4_s       0c8  v:v   ^I64x2ExtendLowI32x4S
    i64x2.extend_low_i32x4_u        0c9  v:v
    i64x2.extend_high_i32x4_u       0ca  v:v   ^I64x2ExtendLowI32x4U
    i64x2.shl                       0cb  vi:v
    i64x2.shr_s                     0cc  vi:v
    i64x2.shr_u                     0cd  vi:v
    i64x2.add                       0ce  vv:v
    i64x2.sub                       0d1  vv:v
    i64x2.mul                       0d5  vv:v
    i64x2.eq                        0d6  vv:v
    i64x2.ne                        0d7  vv:v  !I64x2Eq
    i64x2.lt_s                      0d8  vv:v
    i64x2.gt_s                      0d9  vv:v  ~I64x2LtS
    i64x2.le_s                      0da  vv:v  ~!I64x2LtS
    i64x2.ge_s                      0db  vv:v  !I64x2LtS
    i64x2.extmul_low_i32x4_s        0dc  vv:v
    i64x2.extmul_high_i32x4_s       0dd  vv:v  ^I64x2ExtmulLowI32x4S
    i64x2.extmul_low_i32x4_u        0de  vv:v
    i64x2.extmul_high_i32x4_u       0df  vv:v  ^I64x2ExtmulLowI32x4U
    f32x4.abs                       0e0  v:v
    f32x4.neg                       0e1  v:v
    f32x4.sqrt                      0e3  v:v
    f32x4.add                       0e4  vv:v
    f32x4.sub                       0e5  vv:v
    f32x4.mul                       0e6  vv:v
    f32x4.div                       0e7  vv:v
    f32x4.min                       0e8  vv:v
    f32x4.max                       0e9  vv:v
    f32x4.pmin                      0ea  vv:v
    f32x4.pmax                      0eb  vv:v
    f64x2.abs                       0ec  v:v
    f64x2.neg                       0ed  v:v
    f64x2.sqrt                      0ef  v:v
    f64x2.add                       0f0  vv:v
    f64x2.sub                       0f1  vv:v
    f64x2.mul                       0f2  vv:v
    f64x2.div                       0f3  vv:v
    f64x2.min                       0f4  vv:v
    f64x2.max                       0f5  vv:v
    f64x2.pmin                      0f6  vv:v
    f64x2.pmax                      0f7  vv:v
    i32x4.trunc_sat_f32x4_s         0f8  v:v
    i32x4.trunc_sat_f32x4_u         0f9  v:v
    f32x4.convert_i32x4_s           0fa  v:v
    f32x4.convert_i32x4_u           0fb  v:v
    i32x4.trunc_sat_f64x2_s_zero    0fc  v:v
    i32x4.trunc_sat_f64x2_u_zero    0fd  v:v
    f64x2.convert_low_i32x4_s       0fe  v:v
    f64x2.convert_low_i32x4_u       0ff  v:v
`,
];
