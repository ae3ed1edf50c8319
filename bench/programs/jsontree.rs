// jsontree: JSON text parsed into a tree of enums with Strings, Vecs and
// BTreeMaps, queried, changed and written again; n rounds. Rust with its
// standard library and allocator.

use std::collections::BTreeMap;

enum Json {
    Null,
    Bool(bool),
    Number(f64),
    Text(String),
    List(Vec<Json>),
    Object(BTreeMap<String, Json>),
}

struct Parser<'a> {
    text: &'a [u8],
    at: usize,
}

type Parsed<T> = Result<T, usize>;

impl Parser<'_> {
    fn space(&mut self) {
        while self.at < self.text.len() && self.text[self.at] <= b' ' {
            self.at += 1;
        }
    }

    fn peek(&self) -> u8 {
        *self.text.get(self.at).unwrap_or(&0)
    }

    fn expect(&mut self, text: &str) -> Parsed<()> {
        if !self.text[self.at..].starts_with(text.as_bytes()) {
            return Err(self.at);
        }
        self.at += text.len();
        Ok(())
    }

    fn value(&mut self) -> Parsed<Json> {
        self.space();
        let value = match self.peek() {
            b'n' => self.expect("null").map(|_| Json::Null),
            b't' => self.expect("true").map(|_| Json::Bool(true)),
            b'f' => self.expect("false").map(|_| Json::Bool(false)),
            b'"' => self.string().map(Json::Text),
            b'[' => self.list(),
            b'{' => self.object(),
            _ => self.number(),
        };
        self.space();
        value
    }

    fn number(&mut self) -> Parsed<Json> {
        let start = self.at;
        while matches!(self.peek(), b'0'..=b'9' | b'-' | b'+' | b'.' | b'e') {
            self.at += 1;
        }
        let text = std::str::from_utf8(&self.text[start..self.at]).map_err(|_| start)?;
        text.parse().map(Json::Number).map_err(|_| start)
    }

    fn string(&mut self) -> Parsed<String> {
        let mut text = String::new();
        self.at += 1;
        loop {
            match self.peek() {
                b'"' => break,
                b'\\' => {
                    self.at += 1;
                    text.push(match self.peek() {
                        b'n' => '\n',
                        b't' => '\t',
                        c => c as char,
                    });
                }
                0 => return Err(self.at),
                c => text.push(c as char),
            }
            self.at += 1;
        }
        self.at += 1;
        Ok(text)
    }

    fn list(&mut self) -> Parsed<Json> {
        let mut items = Vec::new();
        self.at += 1;
        loop {
            items.push(self.value()?);
            if self.peek() != b',' {
                break;
            }
            self.at += 1;
        }
        self.expect("]")?;
        Ok(Json::List(items))
    }

    fn object(&mut self) -> Parsed<Json> {
        let mut fields = BTreeMap::new();
        self.at += 1;
        loop {
            self.space();
            let key = self.string()?;
            self.expect(":")?;
            fields.insert(key, self.value()?);
            if self.peek() != b',' {
                break;
            }
            self.at += 1;
        }
        self.expect("}")?;
        Ok(Json::Object(fields))
    }
}

fn quote(to: &mut String, text: &str) {
    to.push('"');
    for c in text.chars() {
        match c {
            '\n' => to.push_str("\\n"),
            '"' | '\\' => {
                to.push('\\');
                to.push(c);
            }
            c => to.push(c),
        }
    }
    to.push('"');
}

fn write(to: &mut String, json: &Json) {
    match json {
        Json::Null => to.push_str("null"),
        Json::Bool(b) => to.push_str(if *b { "true" } else { "false" }),
        Json::Number(n) => to.push_str(&n.to_string()),
        Json::Text(text) => quote(to, text),
        Json::List(items) => {
            for (i, item) in items.iter().enumerate() {
                to.push(if i == 0 { '[' } else { ',' });
                write(to, item);
            }
            to.push(']');
        }
        Json::Object(fields) => {
            for (i, (key, value)) in fields.iter().enumerate() {
                to.push(if i == 0 { '{' } else { ',' });
                quote(to, key);
                to.push(':');
                write(to, value);
            }
            to.push('}');
        }
    }
}

/// Adds up the numbers, negates what is true, drops fields that are null.
fn change(json: &mut Json) -> f64 {
    match json {
        Json::Null | Json::Text(_) => 0.0,
        Json::Bool(b) => {
            *b = !*b;
            0.0
        }
        Json::Number(n) => {
            *n += 0.5;
            *n
        }
        Json::List(items) => items.iter_mut().map(change).sum(),
        Json::Object(fields) => {
            fields.retain(|_, value| !matches!(value, Json::Null));
            fields.values_mut().map(change).sum()
        }
    }
}

fn document(seed: &mut u32) -> String {
    let mut text = String::from("[");
    for i in 0..40 {
        *seed ^= *seed << 13;
        *seed ^= *seed >> 17;
        *seed ^= *seed << 5;
        let s = *seed;
        if i > 0 {
            text.push_str(", ");
        }
        text.push_str(&format!(
            r#"{{"id": {}, "name": "item \"{}\"", "price": {}.{:02}, "old": {}, "none": null,
              "tags": ["a{}", "b\n{}"], "at": {{"x": -{}.5, "y": {}e1}}}}"#,
            i, s % 1000, s % 97, s % 100, s % 2 == 0, s % 7, s % 11, s % 50, s % 60,
        ));
    }
    text.push(']');
    text
}

fn round(seed: &mut u32) -> Parsed<u32> {
    let text = document(seed);
    let mut json = Parser { text: text.as_bytes(), at: 0 }.value()?;
    let total = change(&mut json);
    let mut output = String::new();
    write(&mut output, &json);
    let sum = output.bytes().fold(0u32, |sum, c| sum.wrapping_mul(31) ^ c as u32);
    Ok(sum ^ total as u32)
}

#[no_mangle]
pub extern "C" fn run(n: i32) -> i32 {
    let mut seed = 2463534242;
    let mut sum = 0u32;
    for _ in 0..n {
        let result = round(&mut seed).unwrap_or_else(|at| at as u32);
        sum = (sum ^ result).wrapping_mul(0x01000193).rotate_left(5);
    }
    sum as i32
}
