// modpow: Miller and Rabin's test of odd 62-bit numbers, with products modulo
// n by Montgomery's method: 64-bit multiplication, high halves from four
// products. n numbers. Rust without its library.
#![no_std]

#[panic_handler]
fn panic(_: &core::panic::PanicInfo) -> ! {
    loop {}
}

/// The high half of a 128-bit product.
fn high(a: u64, b: u64) -> u64 {
    let (a0, a1) = (a & 0xffffffff, a >> 32);
    let (b0, b1) = (b & 0xffffffff, b >> 32);
    let middle = a1 * b0 + (a0 * b0 >> 32);
    let other = a0 * b1 + (middle & 0xffffffff);
    a1 * b1 + (middle >> 32) + (other >> 32)
}

struct Modulus {
    n: u64,
    inverse: u64,
    one: u64,
}

impl Modulus {
    fn new(n: u64) -> Self {
        let mut inverse = n;
        for _ in 0..5 {
            inverse = inverse.wrapping_mul(2u64.wrapping_sub(n.wrapping_mul(inverse)));
        }
        Modulus { n, inverse, one: (u64::MAX % n) + 1 }
    }

    #[inline(never)]
    fn product(&self, a: u64, b: u64) -> u64 {
        let low = a.wrapping_mul(b).wrapping_mul(self.inverse);
        let result = high(a, b).wrapping_sub(high(low, self.n));
        if (result as i64) < 0 { result.wrapping_add(self.n) } else { result }
    }

    fn sum(&self, a: u64, b: u64) -> u64 {
        let sum = a + b;
        if sum >= self.n { sum - self.n } else { sum }
    }

    fn power(&self, base: u64, mut exponent: u64) -> u64 {
        let mut result = self.one;
        let mut square = base;
        while exponent > 0 {
            if exponent & 1 == 1 {
                result = self.product(result, square);
            }
            square = self.product(square, square);
            exponent >>= 1;
        }
        result
    }
}

fn is_prime(n: u64) -> bool {
    let modulus = Modulus::new(n);
    let minus_one = n - modulus.one;
    let shift = (n - 1).trailing_zeros();
    let mut base = modulus.one;
    for _ in 0..3 {
        base = modulus.sum(base, modulus.one);
        let mut x = modulus.power(base, (n - 1) >> shift);
        if x == modulus.one || x == minus_one {
            continue;
        }
        let mut found = false;
        for _ in 1..shift {
            x = modulus.product(x, x);
            found |= x == minus_one;
        }
        if !found {
            return false;
        }
    }
    true
}

#[no_mangle]
pub extern "C" fn run(n: i32) -> i64 {
    let mut candidate = 0x2545f4914f6cdd1d_u64;
    let mut sum = 0u64;
    let mut primes = 0;
    for _ in 0..n {
        candidate ^= candidate << 13;
        candidate ^= candidate >> 7;
        candidate ^= candidate << 17;
        let odd = candidate >> 2 | 1;
        if is_prime(odd) {
            primes += 1;
            sum ^= odd;
        }
    }
    (sum ^ primes) as i64
}
