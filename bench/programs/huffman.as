// huffman: words counted in a Map of strings, a Huffman tree of objects from a
// heap in an array, the text coded to bits and read back. n rounds over text
// that changes; AssemblyScript's strings, maps, arrays and garbage collector.

class Node {
  constructor(
    readonly weight: i32,
    readonly word: string,
    readonly left: Node | null,
    readonly right: Node | null,
  ) {}
}

class Heap {
  private readonly nodes: Array<Node> = [];

  get size(): i32 {
    return this.nodes.length;
  }

  push(node: Node): void {
    const nodes = this.nodes;
    let at = nodes.length;
    nodes.push(node);
    while (at > 0) {
      const up = (at - 1) >> 1;
      if (!before(node, nodes[up])) break;
      nodes[at] = nodes[up];
      at = up;
    }
    nodes[at] = node;
  }

  pop(): Node {
    const nodes = this.nodes;
    const first = nodes[0];
    const last = nodes.pop();
    const size = nodes.length;
    if (size == 0) return first;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= size) break;
      if (child + 1 < size && before(nodes[child + 1], nodes[child])) child++;
      if (!before(nodes[child], last)) break;
      nodes[at] = nodes[child];
      at = child;
    }
    nodes[at] = last;
    return first;
  }
}

function before(a: Node, b: Node): bool {
  return a.weight != b.weight ? a.weight < b.weight : a.word < b.word;
}

function assign(node: Node, code: string, codes: Map<string, string>): void {
  if (node.left === null) {
    codes.set(node.word, code);
    return;
  }
  assign(node.left!, code + "0", codes);
  assign(node.right!, code + "1", codes);
}

const WORDS: StaticArray<string> = [
  "wax", "wing", "stack", "frame", "loop", "branch", "value", "memory",
  "table", "local", "global", "call", "return", "block", "trap", "page",
];

function text(seed: u32): string {
  const parts: Array<string> = [];
  for (let i = 0; i < 400; i++) {
    seed ^= seed << 13;
    seed ^= seed >> 17;
    seed ^= seed << 5;
    const word = WORDS[seed & (seed >> 8) & 15];
    parts.push((seed >> 20) % 9 == 0 ? word + ((seed >> 24) % 4).toString() : word);
  }
  return parts.join(" ");
}

function round(seed: u32): i32 {
  const words = text(seed).split(" ");
  const counts = new Map<string, i32>();
  for (let i = 0; i < words.length; i++) {
    const word = words[i];
    counts.set(word, counts.has(word) ? counts.get(word) + 1 : 1);
  }
  const heap = new Heap();
  const keys = counts.keys();
  for (let i = 0; i < keys.length; i++) {
    heap.push(new Node(counts.get(keys[i]), keys[i], null, null));
  }
  while (heap.size > 1) {
    const left = heap.pop();
    const right = heap.pop();
    const least = left.word < right.word ? left.word : right.word;
    heap.push(new Node(left.weight + right.weight, least, left, right));
  }
  const root = heap.pop();
  const codes = new Map<string, string>();
  assign(root, "", codes);
  const bits = new Uint8Array(16384);
  let length = 0;
  for (let i = 0; i < words.length; i++) {
    const code = codes.get(words[i]);
    for (let k = 0; k < code.length; k++) {
      bits[length >> 3] |= u8((code.charCodeAt(k) & 1) << (length & 7));
      length++;
    }
  }
  let wrong = 0;
  let node = root;
  let at = 0;
  for (let i = 0; i < length; i++) {
    node = (bits[i >> 3] >> u8(i & 7) & 1) != 0 ? node.right! : node.left!;
    if (node.left !== null) continue;
    if (node.word != words[at++]) wrong++;
    node = root;
  }
  return length * 64 + keys.length + wrong * 1000000;
}

export function run(n: i32): i32 {
  let sum = 0;
  for (let i = 0; i < n; i++) sum = sum * 31 + round(2463534242 + i);
  return sum;
}
