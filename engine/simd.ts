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
    fd000 a:v v128.load .load8x8_s .load8x8_u .load16x4_s .load16x4_u
    fd005 a:v v128.load32x2_s .load32x2_u .load8_splat .load16_splat
    fd009 a:v v128.load32_splat .load64_splat
    fd00b av: v128.store
    fd00c :v v128.const
    fd00d vv:v i8x16.shuffle .swizzle
    fd00f i:v i8x16.splat i16x8.splat i32x4.splat
    fd012 I:v i64x2.splat
    fd013 f:v f32x4.splat=I32x4Splat
    fd014 F:v f64x2.splat=I64x2Splat
    fd015 v:i i8x16.extract_lane_s .extract_lane_u
    fd017 vi:v i8x16.replace_lane
    fd018 v:i i16x8.extract_lane_s .extract_lane_u
    fd01a vi:v i16x8.replace_lane
    fd01b v:i i32x4.extract_lane
    fd01c vi:v i32x4.replace_lane
    fd01d v:I i64x2.extract_lane
    fd01e vI:v i64x2.replace_lane
    fd01f v:f f32x4.extract_lane=I32x4ExtractLane
    fd020 vf:v f32x4.replace_lane=I32x4ReplaceLane
    fd021 v:F f64x2.extract_lane=I64x2ExtractLane
    fd022 vF:v f64x2.replace_lane=I64x2ReplaceLane
    fd023 vv:v i8x16.eq .ne!.eq .lt_s .lt_u .gt_s~.lt_s .gt_u~.lt_u
    fd029 vv:v i8x16.le_s~!.lt_s .le_u~!.lt_u .ge_s!.lt_s .ge_u!.lt_u
    fd02d vv:v i16x8.eq .ne!.eq .lt_s .lt_u .gt_s~.lt_s .gt_u~.lt_u
    fd033 vv:v i16x8.le_s~!.lt_s .le_u~!.lt_u .ge_s!.lt_s .ge_u!.lt_u
    fd037 vv:v i32x4.eq .ne!.eq .lt_s .lt_u .gt_s~.lt_s .gt_u~.lt_u
    fd03d vv:v i32x4.le_s~!.lt_s .le_u~!.lt_u .ge_s!.lt_s .ge_u!.lt_u
    fd041 vv:v f32x4.eq .ne .lt .gt~.lt .le .ge~.le
    fd047 vv:v f64x2.eq .ne .lt .gt~.lt .le .ge~.le
    fd04d v:v v128.not
    fd04e vv:v v128.and .andnot .or .xor
    fd052 vvv:v v128.bitselect
    fd053 v:i v128.any_true
    fd054 av:v v128.load8_lane=Load8U .load16_lane=Load16U
    fd056 av:v v128.load32_lane=Load32 .load64_lane=Load64
    fd058 av: v128.store8_lane=Store8 .store16_lane=Store16
    fd05a av: v128.store32_lane=Store32 .store64_lane=Store64
    fd05c a:v v128.load32_zero .load64_zero
    fd05e v:v f32x4.demote_f64x2_zero f64x2.promote_low_f32x4 i8x16.abs
    fd061 v:v i8x16.neg .popcnt
    fd063 v:i i8x16.all_true .bitmask
    fd065 vv:v i8x16.narrow_i16x8_s .narrow_i16x8_u
    fd067 v:v f32x4.ceil .floor .trunc .nearest
    fd06b vi:v i8x16.shl .shr_s .shr_u
    fd06e vv:v i8x16.add .add_sat_s .add_sat_u .sub .sub_sat_s .sub_sat_u
    fd074 v:v f64x2.ceil .floor
    fd076 vv:v i8x16.min_s .min_u .max_s .max_u
    fd07a v:v f64x2.trunc
    fd07b vv:v i8x16.avgr_u
    fd07c v:v i16x8.extadd_pairwise_i8x16_s .extadd_pairwise_i8x16_u
    fd07e v:v i32x4.extadd_pairwise_i16x8_s .extadd_pairwise_i16x8_u
    fd080 v:v i16x8.abs .neg
    fd082 vv:v i16x8.q15mulr_sat_s
    fd083 v:i i16x8.all_true .bitmask
    fd085 vv:v i16x8.narrow_i32x4_s .narrow_i32x4_u
    fd087 v:v i16x8.extend_low_i8x16_s
    fd088 v:v i16x8.extend_high_i8x16_s^.extend_low_i8x16_s
    fd089 v:v i16x8.extend_low_i8x16_u
    fd08a v:v i16x8.extend_high_i8x16_u^.extend_low_i8x16_u
    fd08b vi:v i16x8.shl .shr_s .shr_u
    fd08e vv:v i16x8.add .add_sat_s .add_sat_u .sub .sub_sat_s .sub_sat_u
    fd094 v:v f64x2.nearest
    fd095 vv:v i16x8.mul .min_s .min_u .max_s .max_u
    fd09b vv:v i16x8.avgr_u .extmul_low_i8x16_s
    fd09d vv:v i16x8.extmul_high_i8x16_s^.extmul_low_i8x16_s
    fd09e vv:v i16x8.extmul_low_i8x16_u
    fd09f vv:v i16x8.extmul_high_i8x16_u^.extmul_low_i8x16_u
    fd0a0 v:v i32x4.abs .neg
    fd0a3 v:i i32x4.all_true .bitmask
    fd0a7 v:v i32x4.extend_low_i16x8_s
    fd0a8 v:v i32x4.extend_high_i16x8_s^.extend_low_i16x8_s
    fd0a9 v:v i32x4.extend_low_i16x8_u
    fd0aa v:v i32x4.extend_high_i16x8_u^.extend_low_i16x8_u
    fd0ab vi:v i32x4.shl .shr_s .shr_u
    fd0ae vv:v i32x4.add
    fd0b1 vv:v i32x4.sub
    fd0b5 vv:v i32x4.mul .min_s .min_u .max_s .max_u .dot_i16x8_s
    fd0bc vv:v i32x4.extmul_low_i16x8_s
    fd0bd vv:v i32x4.extmul_high_i16x8_s^.extmul_low_i16x8_s
    fd0be vv:v i32x4.extmul_low_i16x8_u
    fd0bf vv:v i32x4.extmul_high_i16x8_u^.extmul_low_i16x8_u
    fd0c0 v:v i64x2.abs .neg
    fd0c3 v:i i64x2.all_true .bitmask
    fd0c7 v:v i64x2.extend_low_i32x4_s
    fd0c8 v:v i64x2.extend_high_i32x4_s^.extend_low_i32x4_s
    fd0c9 v:v i64x2.extend_low_i32x4_u
    fd0ca v:v i64x2.extend_high_i32x4_u^.extend_low_i32x4_u
    fd0cb vi:v i64x2.shl .shr_s .shr_u
    fd0ce vv:v i64x2.add
    fd0d1 vv:v i64x2.sub
    fd0d5 vv:v i64x2.mul .eq .ne!.eq .lt_s .gt_s~.lt_s .le_s~!.lt_s
    fd0db vv:v i64x2.ge_s!.lt_s .extmul_low_i32x4_s
    fd0dd vv:v i64x2.extmul_high_i32x4_s^.extmul_low_i32x4_s
    fd0de vv:v i64x2.extmul_low_i32x4_u
    fd0df vv:v i64x2.extmul_high_i32x4_u^.extmul_low_i32x4_u
    fd0e0 v:v f32x4.abs .neg
    fd0e3 v:v f32x4.sqrt
    fd0e4 vv:v f32x4.add .sub .mul .div .min .max .pmin .pmax
    fd0ec v:v f64x2.abs .neg
    fd0ef v:v f64x2.sqrt
    fd0f0 vv:v f64x2.add .sub .mul .div .min .max .pmin .pmax
    fd0f8 v:v i32x4.trunc_sat_f32x4_s .trunc_sat_f32x4_u
    fd0fa v:v f32x4.convert_i32x4_s .convert_i32x4_u
    fd0fc v:v i32x4.trunc_sat_f64x2_s_zero .trunc_sat_f64x2_u_zero
    fd0fe v:v f64x2.convert_low_i32x4_s .convert_low_i32x4_u
`,
];
