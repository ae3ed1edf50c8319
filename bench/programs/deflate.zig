// deflate: compression by LZ77 with hash chains and canonical Huffman codes,
// and back: n rounds over 16 KiB of text made of words.

const size = 16384;
const Chain = u16;
const none: Chain = 0xffff;

var text: [size]u8 = undefined;
var output: [size]u8 = undefined;
var packed_bits: [2 * size]u8 = undefined;
var tokens: [size]u32 = undefined;
var heads: [4096]Chain = undefined;
var previous: [size]Chain = undefined;

const symbols = 288;
var counts: [symbols]u32 = undefined;
var lengths: [symbols]u8 = undefined;
var codes: [symbols]u16 = undefined;

fn random(seed: *u32) u32 {
    var v = seed.*;
    v ^= v << 13;
    v ^= v >> 17;
    v ^= v << 5;
    seed.* = v;
    return v;
}

fn write(seed: *u32) void {
    const words = [_][]const u8{ "the ", "engine ", "of ", "quick ", "table ", "memory ", "and ", "a ", "branch ", "loop ", "value ", "stack.\n" };
    var at: usize = 0;
    while (at < size) {
        const word = words[random(seed) % words.len];
        for (word) |c| {
            if (at == size) break;
            text[at] = if (random(seed) % 50 == 0) @truncate('A' + random(seed) % 26) else c;
            at += 1;
        }
    }
}

fn hash(at: usize) usize {
    const word = @as(u32, text[at]) | @as(u32, text[at + 1]) << 8 | @as(u32, text[at + 2]) << 16;
    return (word *% 0x9e3779b1) >> 20;
}

/// Literals are bytes; a match is 256 + length in its low bits, then distance.
noinline fn findMatches() usize {
    @memset(&heads, none);
    var count: usize = 0;
    var at: usize = 0;
    while (at < size) {
        var best: usize = 0;
        var distance: usize = 0;
        if (at + 34 < size) {
            var candidate = heads[hash(at)];
            var tries: u32 = 16;
            while (candidate != none and tries > 0) : (tries -= 1) {
                var length: usize = 0;
                while (length < 33 and text[candidate + length] == text[at + length]) length += 1;
                if (length > best) {
                    best = length;
                    distance = at - candidate;
                }
                candidate = previous[candidate];
            }
        }
        const advance = if (best >= 3) best else 1;
        tokens[count] = if (best >= 3) @intCast(256 + best - 3 | distance << 16) else text[at];
        count += 1;
        for (0..advance) |_| {
            if (at + 3 < size) {
                const h = hash(at);
                previous[at] = heads[h];
                heads[h] = @intCast(at);
            }
            at += 1;
        }
    }
    return count;
}

var parents: [2 * symbols]u16 = undefined;
var weights: [2 * symbols]u32 = undefined;

/// Code lengths by merging the two lightest trees, again and again.
noinline fn buildLengths() void {
    var live: [symbols]u16 = undefined;
    var trees: usize = 0;
    for (counts, 0..) |count, symbol| {
        lengths[symbol] = 0;
        weights[symbol] = count;
        if (count > 0) {
            live[trees] = @intCast(symbol);
            trees += 1;
        }
    }
    const used = trees;
    const leaves = live;
    var next: u16 = symbols;
    while (trees > 1) : (next += 1) {
        var pair: [2]u16 = undefined;
        for (&pair) |*lightest| {
            var best: usize = 0;
            for (live[0..trees], 0..) |tree, i| {
                if (weights[tree] < weights[live[best]]) best = i;
            }
            lightest.* = live[best];
            trees -= 1;
            live[best] = live[trees];
        }
        weights[next] = weights[pair[0]] + weights[pair[1]];
        parents[pair[0]] = next;
        parents[pair[1]] = next;
        live[trees] = next;
        trees += 1;
    }
    for (leaves[0..used]) |leaf| {
        var node = leaf;
        while (node != next - 1) : (node = parents[node]) lengths[leaf] += 1;
    }
}

fn assignCodes() void {
    var code: u16 = 0;
    for (1..16) |length| {
        for (0..symbols) |symbol| {
            if (lengths[symbol] != length) continue;
            codes[symbol] = code;
            code += 1;
        }
        code <<= 1;
    }
}

const Bits = struct {
    at: usize = 0,
    word: u32 = 0,
    held: u5 = 0,

    fn put(self: *Bits, value: u32, width: usize) void {
        var k = width;
        while (k > 0) {
            k -= 1;
            self.word = self.word << 1 | (value >> @as(u5, @intCast(k)) & 1);
            self.held += 1;
            if (self.held == 8) {
                packed_bits[self.at] = @truncate(self.word);
                self.at += 1;
                self.held = 0;
            }
        }
    }

    fn get(self: *Bits) u32 {
        const bit = packed_bits[self.at] >> @as(u3, @intCast(7 - self.held)) & 1;
        self.held += 1;
        if (self.held == 8) {
            self.at += 1;
            self.held = 0;
        }
        return bit;
    }
};

noinline fn encode(count: usize) usize {
    var bits = Bits{};
    for (tokens[0..count]) |token| {
        const symbol = token & 0xffff;
        bits.put(codes[symbol], lengths[symbol]);
        if (symbol >= 256) bits.put(token >> 16, 14);
    }
    bits.put(0, 7);
    return bits.at;
}

noinline fn decode(count: usize) void {
    var first: [16]u32 = undefined;
    var of_length: [16]u32 = [_]u32{0} ** 16;
    var sorted: [symbols]u16 = undefined;
    var total: u32 = 0;
    var code: u32 = 0;
    var bases: [16]u32 = undefined;
    for (1..16) |length| {
        first[length] = code;
        bases[length] = total;
        for (lengths, 0..) |l, symbol| {
            if (l != length) continue;
            sorted[total] = @intCast(symbol);
            total += 1;
            of_length[length] += 1;
        }
        code = (code + of_length[length]) << 1;
    }
    var bits = Bits{};
    var at: usize = 0;
    for (0..count) |_| {
        var value: u32 = 0;
        var length: usize = 0;
        while (true) {
            value = value << 1 | bits.get();
            length += 1;
            if (value -% first[length] < of_length[length]) break;
        }
        const symbol = sorted[bases[length] + value - first[length]];
        if (symbol < 256) {
            output[at] = @truncate(symbol);
            at += 1;
            continue;
        }
        var distance: usize = 0;
        for (0..14) |_| distance = distance << 1 | bits.get();
        for (0..@as(usize, symbol) - 256 + 3) |_| {
            output[at] = output[at - distance];
            at += 1;
        }
    }
}

export fn run(n: i32) i32 {
    var seed: u32 = 2463534242;
    var sum: u32 = 0;
    var round: i32 = 0;
    while (round < n) : (round += 1) {
        write(&seed);
        const count = findMatches();
        @memset(&counts, 0);
        for (tokens[0..count]) |token| counts[token & 0xffff] += 1;
        buildLengths();
        assignCodes();
        const bytes = encode(count);
        @memset(&output, 0);
        decode(count);
        var same: u32 = 1;
        for (text, output) |a, b| {
            if (a != b) same = 0;
        }
        sum = (sum ^ (@as(u32, @intCast(bytes)) << 1 | same)) *% 0x01000193;
        sum = sum << 5 | sum >> 27;
    }
    return @bitCast(sum);
}
