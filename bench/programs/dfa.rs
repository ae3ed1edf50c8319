// dfa: regular expressions compiled to automata: parsed into a tree, turned
// into states with empty moves, made deterministic as the input asks for it,
// and run over text. n lines. Rust with its standard library.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

#[derive(Default)]
struct Mix(u64);

impl Hasher for Mix {
    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0.rotate_left(5) ^ *byte as u64).wrapping_mul(0x517cc1b727220a95);
        }
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

enum Tree {
    Empty,
    Class([bool; 256]),
    Both(Box<Tree>, Box<Tree>),
    Either(Box<Tree>, Box<Tree>),
    Many(Box<Tree>),
}

struct Parser<'a> {
    text: std::iter::Peekable<std::str::Bytes<'a>>,
}

impl Parser<'_> {
    fn either(&mut self) -> Tree {
        let mut left = self.both();
        while self.text.next_if_eq(&b'|').is_some() {
            left = Tree::Either(Box::new(left), Box::new(self.both()));
        }
        left
    }

    fn both(&mut self) -> Tree {
        let mut left = Tree::Empty;
        while let Some(c) = self.text.peek() {
            if *c == b'|' || *c == b')' {
                break;
            }
            left = Tree::Both(Box::new(left), Box::new(self.repeated()));
        }
        left
    }

    fn repeated(&mut self) -> Tree {
        let tree = self.single();
        match self.text.peek() {
            Some(b'*') => {
                self.text.next();
                Tree::Many(Box::new(tree))
            }
            Some(b'?') => {
                self.text.next();
                Tree::Either(Box::new(tree), Box::new(Tree::Empty))
            }
            _ => tree,
        }
    }

    fn single(&mut self) -> Tree {
        let mut class = [false; 256];
        match self.text.next() {
            Some(b'(') => {
                let tree = self.either();
                self.text.next();
                return tree;
            }
            Some(b'.') => class = [true; 256],
            Some(b'[') => {
                while let Some(low) = self.text.next_if(|c| *c != b']') {
                    let high = match self.text.next_if_eq(&b'-') {
                        Some(_) => self.text.next().unwrap_or(low),
                        None => low,
                    };
                    class[low as usize..=high as usize].fill(true);
                }
                self.text.next();
            }
            Some(c) => class[c as usize] = true,
            None => return Tree::Empty,
        }
        Tree::Class(class)
    }
}

#[derive(Default)]
struct State {
    moves: Option<(Box<[bool; 256]>, usize)>,
    empty: Vec<usize>,
}

#[derive(Default)]
struct Automaton {
    states: Vec<State>,
    known: HashMap<Vec<usize>, usize, BuildHasherDefault<Mix>>,
    sets: Vec<Vec<usize>>,
    table: Vec<[i16; 256]>,
}

const UNKNOWN: i16 = -1;
const START: usize = 0;
const END: usize = 1;

impl Automaton {
    fn new(pattern: &str) -> Self {
        let tree = Parser { text: pattern.bytes().peekable() }.either();
        let mut automaton = Automaton::default();
        automaton.state();
        automaton.state();
        automaton.add(&tree, START, END);
        automaton.set(vec![START]);
        automaton
    }

    fn state(&mut self) -> usize {
        self.states.push(State::default());
        self.states.len() - 1
    }

    fn add(&mut self, tree: &Tree, from: usize, to: usize) {
        match tree {
            Tree::Empty => self.states[from].empty.push(to),
            Tree::Class(class) => {
                let state = self.state();
                self.states[from].empty.push(state);
                self.states[state].moves = Some((Box::new(*class), to));
            }
            Tree::Both(a, b) => {
                let middle = self.state();
                self.add(a, from, middle);
                self.add(b, middle, to);
            }
            Tree::Either(a, b) => {
                self.add(a, from, to);
                self.add(b, from, to);
            }
            Tree::Many(a) => {
                let (first, last) = (self.state(), self.state());
                self.states[from].empty.extend([first, to]);
                self.states[last].empty.extend([first, to]);
                self.add(a, first, last);
            }
        }
    }

    /// The number of a set of states, with all that empty moves reach.
    fn set(&mut self, mut reached: Vec<usize>) -> usize {
        let mut seen = vec![false; self.states.len()];
        let mut i = 0;
        reached.retain(|state| !std::mem::replace(&mut seen[*state], true));
        while i < reached.len() {
            for next in &self.states[reached[i]].empty {
                if !std::mem::replace(&mut seen[*next], true) {
                    reached.push(*next);
                }
            }
            i += 1;
        }
        reached.sort_unstable();
        if let Some(number) = self.known.get(&reached) {
            return *number;
        }
        let number = self.sets.len();
        self.known.insert(reached.clone(), number);
        self.sets.push(reached);
        self.table.push([UNKNOWN; 256]);
        number
    }

    fn step(&mut self, from: usize, byte: u8) -> usize {
        let known = self.table[from][byte as usize];
        if known != UNKNOWN {
            return known as usize;
        }
        let reached = self.sets[from]
            .iter()
            .filter_map(|state| self.states[*state].moves.as_ref())
            .filter(|(class, _)| class[byte as usize])
            .map(|(_, to)| *to)
            .collect();
        let to = self.set(reached);
        self.table[from][byte as usize] = to as i16;
        to
    }

    fn matches(&mut self, text: &[u8]) -> bool {
        let end = text.iter().fold(0, |at, byte| self.step(at, *byte));
        self.sets[end].contains(&END)
    }
}

const PATTERNS: [&str; 5] = [
    ".*(error|warning|fatal): [a-z ]*",
    "[a-z_][a-z0-9_]*( [a-z_][a-z0-9_]*)*",
    "(a|b)*a(a|b)(a|b)(a|b)(a|b)",
    "[0-9][0-9]?:[0-9][0-9](:[0-9][0-9])? .*",
    ".*[aeiou].[aeiou].*end",
];

#[no_mangle]
pub extern "C" fn run(n: i32) -> i32 {
    const ALPHABET: &[u8] = b"abababab0123:_ error";
    let mut automata: Vec<Automaton> = PATTERNS.iter().map(|p| Automaton::new(p)).collect();
    let mut seed = 2463534242u32;
    let mut sum = 0u32;
    let mut line = Vec::new();
    for i in 0..n {
        line.clear();
        match i % 4 {
            0 => line.extend_from_slice(b"12:30 error: "),
            1 => line.extend_from_slice(b"name "),
            _ => {}
        }
        for _ in 0..20 + i % 13 {
            seed ^= seed << 13;
            seed ^= seed >> 17;
            seed ^= seed << 5;
            let letters = if i % 4 == 2 { 2 } else { ALPHABET.len() };
            line.push(ALPHABET[seed as usize % letters]);
        }
        for automaton in &mut automata {
            sum = sum << 1 | sum >> 31;
            sum ^= automaton.matches(&line) as u32;
        }
        sum = sum.wrapping_mul(0x01000193);
    }
    let states: usize = automata.iter().map(|automaton| automaton.sets.len()).sum();
    sum as i32 ^ states as i32
}
