// spectral: the spectral norm of an infinite matrix by the power method, in
// f64 with an integer division per element; typed arrays with their bounds
// checks. n rows.

function element(i: i32, j: i32): f64 {
  return 1 / f64((i + j) * (i + j + 1) / 2 + i + 1);
}

function times(to: Float64Array, from: Float64Array): void {
  const n = from.length;
  for (let i = 0; i < n; i++) {
    let sum: f64 = 0;
    for (let j = 0; j < n; j++) sum += element(i, j) * from[j];
    to[i] = sum;
  }
}

function timesTransposed(to: Float64Array, from: Float64Array): void {
  const n = from.length;
  for (let i = 0; i < n; i++) {
    let sum: f64 = 0;
    for (let j = 0; j < n; j++) sum += element(j, i) * from[j];
    to[i] = sum;
  }
}

export function run(n: i32): i32 {
  const u = new Float64Array(n).fill(1);
  const v = new Float64Array(n);
  const w = new Float64Array(n);
  for (let i = 0; i < 10; i++) {
    times(w, u);
    timesTransposed(v, w);
    times(w, v);
    timesTransposed(u, w);
  }
  let uv: f64 = 0;
  let vv: f64 = 0;
  for (let i = 0; i < n; i++) {
    uv += u[i] * v[i];
    vv += v[i] * v[i];
  }
  const bits = reinterpret<u64>(Math.sqrt(uv / vv));
  return i32(bits ^ bits >> 32);
}
