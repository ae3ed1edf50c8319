// words: a text split into words, counted in a hash table, sorted, searched
// for the longest common subsequence of its lines, cased and replaced, with
// Rust's iterators and strings; n rounds.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

/// FNV-1a, since the standard hasher wants random keys.
struct Fnv(u64);

impl Default for Fnv {
    fn default() -> Self {
        Fnv(0xcbf29ce484222325)
    }
}

impl Hasher for Fnv {
    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 ^ *byte as u64).wrapping_mul(0x100000001b3);
        }
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

const WORDS: [&str; 24] = [
    "the", "Interpreter", "reads", "a", "word", "über", "table", "of", "naïve", "branches", "and",
    "jumps", "where", "it", "points", "then", "calls", "élan", "returns", "values", "in", "frames",
    "on", "stacks",
];

fn text(seed: &mut u32) -> String {
    let mut text = String::new();
    for i in 0..400 {
        *seed ^= *seed << 13;
        *seed ^= *seed >> 17;
        *seed ^= *seed << 5;
        text.push_str(WORDS[(*seed >> 3) as usize % WORDS.len()]);
        text.push(if i % 10 == 9 { '\n' } else { ' ' });
    }
    text
}

fn common(a: &[&str], b: &[&str]) -> usize {
    let mut row = vec![0; b.len() + 1];
    for x in a {
        let mut diagonal = 0;
        for (j, y) in b.iter().enumerate() {
            let above = row[j + 1];
            row[j + 1] = if x == y { diagonal + 1 } else { above.max(row[j]) };
            diagonal = above;
        }
    }
    row[b.len()]
}

fn round(seed: &mut u32) -> u32 {
    let text = text(seed);
    let mut counts: HashMap<&str, u32, BuildHasherDefault<Fnv>> = HashMap::default();
    for word in text.split_whitespace() {
        *counts.entry(word).or_insert(0) += 1;
    }
    let mut sorted: Vec<(&str, u32)> = counts.into_iter().collect();
    sorted.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(b.0)));
    let lines: Vec<Vec<&str>> = text.lines().map(|line| line.split(' ').collect()).collect();
    let shared: usize = lines.windows(2).map(|pair| common(&pair[0], &pair[1])).sum();
    let upper: String = text
        .replace("table", "switch")
        .chars()
        .rev()
        .filter(|c| !c.is_ascii_punctuation())
        .flat_map(|c| c.to_uppercase())
        .collect();
    let found = upper.match_indices("DROW").count();
    let mut sum = (shared * 1000 + found + upper.len()) as u32;
    for (word, count) in &sorted {
        for c in word.chars() {
            sum = sum.wrapping_mul(31) ^ c as u32 ^ *count;
        }
    }
    sum
}

#[no_mangle]
pub extern "C" fn run(n: i32) -> i32 {
    let mut seed = 2463534242;
    let mut sum = 0u32;
    for _ in 0..n {
        sum = (sum ^ round(&mut seed)).wrapping_mul(0x01000193).rotate_left(5);
    }
    sum as i32
}
