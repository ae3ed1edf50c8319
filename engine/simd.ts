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
    a:v .load32x2_s .load32x2_u .load8_splat .load16_splat
    a:v .load32_splat .load64_splat
    av: .store
    :v .const
    vv:v i8x16.shuffle .swizzle
    i:v .splat i16x8.splat i32x4.splat
    I:v i64x2.splat
    f:v f32x4.splat=I32x4Splat
    F:v f64x2.splat=I64x2Splat
    v:i i8x16.extract_lane_s .extract_lane_u
    vi:v .replace_lane
    v:i i16x8.extract_lane_s .extract_lane_u
    vi:v .replace_lane
    v:i i32x4.extract_lane
    vi:v .replace_lane
    v:I i64x2.extract_lane
    vI:v .replace_lane
    v:f f32x4.extract_lane=I32x4ExtractLane
    vf:v .replace_lane=I32x4ReplaceLane
    v:F f64x2.extract_lane=I64x2ExtractLane
    vF:v .replace_lane=I64x2ReplaceLane
    vv:v i8x16.eq .ne!.eq .lt_s .lt_u .gt_s~.lt_s .gt_u~.lt_u
    vv:v .le_s~!.lt_s .le_u~!.lt_u .ge_s!.lt_s .ge_u!.lt_u
    vv:v i16x8.eq .ne!.eq .lt_s .lt_u .gt_s~.lt_s .gt_u~.lt_u
    vv:v .le_s~!.lt_s .le_u~!.lt_u .ge_s!.lt_s .ge_u!.lt_u
    vv:v i32x4.eq .ne!.eq .lt_s .lt_u .gt_s~.lt_s .gt_u~.lt_u
    vv:v .le_s~!.lt_s .le_u~!.lt_u .ge_s!.lt_s .ge_u!.lt_u
    vv:v f32x4.eq .ne .lt .gt~.lt .le .ge~.le
    vv:v f64x2.eq .ne .lt .gt~.lt .le .ge~.le
    v:v v128.not
    vv:v .and .andnot .or .xor
    vvv:v .bitselect
    v:i .any_true
    av:v .load8_lane=Load8U .load16_lane=Load16U
    av:v .load32_lane=Load32 .load64_lane=Load64
    av: .store8_lane=Store8 .store16_lane=Store16
    av: .store32_lane=Store32 .store64_lane=Store64
    a:v .load32_zero .load64_zero
    v:v f32x4.demote_f64x2_zero f64x2.promote_low_f32x4 i8x16.abs .neg .popcnt
    v:i .all_true .bitmask
    vv:v .narrow_i16x8_s .narrow_i16x8_u
    v:v f32x4.ceil .floor .trunc .nearest
    vi:v i8x16.shl .shr_s .shr_u
    vv:v .add .add_sat_s .add_sat_u .sub .sub_sat_s .sub_sat_u
    v:v f64x2.ceil .floor
    vv:v i8x16.min_s .min_u .max_s .max_u
    v:v f64x2.trunc
    vv:v i8x16.avgr_u
    v:v i16x8.extadd_pairwise_i8x16_s .extadd_pairwise_i8x16_u
    v:v i32x4.extadd_pairwise_i16x8_s .extadd_pairwise_i16x8_u i16x8.abs .neg
    vv:v .q15mulr_sat_s
    v:i .all_true .bitmask
    vv:v .narrow_i32x4_s .narrow_i32x4_u
    v:v .extend_low_i8x16_s .extend_high_i8x16_s^.extend_low_i8x16_s
    v:v .extend_low_i8x16_u .extend_high_i8x16_u^.extend_low_i8x16_u
    vi:v .shl .shr_s .shr_u
    vv:v .add .add_sat_s .add_sat_u .sub .sub_sat_s .sub_sat_u
    v:v f64x2.nearest
    vv:v i16x8.mul .min_s .min_u .max_s .max_u
    fd09b vv:v .avgr_u .extmul_low_i8x16_s
    vv:v .extmul_high_i8x16_s^.extmul_low_i8x16_s .extmul_low_i8x16_u
    vv:v .extmul_high_i8x16_u^.extmul_low_i8x16_u
    v:v i32x4.abs .neg
    fd0a3 v:i .all_true .bitmask
    fd0a7 v:v .extend_low_i16x8_s .extend_high_i16x8_s^.extend_low_i16x8_s
    v:v .extend_low_i16x8_u .extend_high_i16x8_u^.extend_low_i16x8_u
    vi:v .shl .shr_s .shr_u
    vv:v .add
    fd0b1 vv:v .sub
    fd0b5 vv:v .mul .min_s .min_u .max_s .max_u .dot_i16x8_s
    fd0bc vv:v .extmul_low_i16x8_s .extmul_high_i16x8_s^.extmul_low_i16x8_s
    vv:v .extmul_low_i16x8_u .extmul_high_i16x8_u^.extmul_low_i16x8_u
    v:v i64x2.abs .neg
    fd0c3 v:i .all_true .bitmask
    fd0c7 v:v .extend_low_i32x4_s .extend_high_i32x4_s^.extend_low_i32x4_s
    v:v .extend_low_i32x4_u .extend_high_i32x4_u^.extend_low_i32x4_u
    vi:v .shl .shr_s .shr_u
    vv:v .add
    fd0d1 vv:v .sub
    fd0d5 vv:v .mul .eq .ne!.eq .lt_s .gt_s~.lt_s .le_s~!.lt_s
    vv:v .ge_s!.lt_s .extmul_low_i32x4_s
    vv:v .extmul_high_i32x4_s^.extmul_low_i32x4_s .extmul_low_i32x4_u
    vv:v .extmul_high_i32x4_u^.extmul_low_i32x4_u
    v:v f32x4.abs .neg
    fd0e3 v:v .sqrt
    vv:v .add .sub .mul .div .min .max .pmin .pmax
    v:v f64x2.abs .neg
    fd0ef v:v .sqrt
    vv:v .add .sub .mul .div .min .max .pmin .pmax
    v:v i32x4.trunc_sat_f32x4_s .trunc_sat_f32x4_u
    v:v f32x4.convert_i32x4_s .convert_i32x4_u
    v:v i32x4.trunc_sat_f64x2_s_zero .trunc_sat_f64x2_u_zero
    v:v f64x2.convert_low_i32x4_s .convert_low_i32x4_u
`,
];
