import { test } from "uvu";
import * as assert from "uvu/assert";
import { VirtualTerminal } from "../../../wasi/terminal.ts";
import { Guest, RESULT } from "./guest.ts";

const BUFFER = 40000;

function make() {
  const state = { screen: "", interrupts: 0 };
  const terminal = new VirtualTerminal({
    output: (chunk) => void (state.screen += new TextDecoder().decode(chunk)),
    onInterrupt: () => void state.interrupts++,
  });
  const guest = new Guest({
    stdin: terminal,
    stdout: terminal,
    stderr: terminal,
  });
  const read = async () => {
    const vectors = guest.vectors([BUFFER, 100]);
    assert.is(await guest.wait("fd_read", 0, ...vectors, RESULT), 0);
    return guest.read(BUFFER, guest.u32);
  };
  return { state, terminal, guest, read };
}

test("programs take it for a terminal", () => {
  const { guest, terminal } = make();
  for (const fd of [0, 1, 2]) {
    assert.is(guest.call("fd_fdstat_get", fd, 64), 0);
    assert.is(guest.memory[64], 2); // character_device
    const rights = guest.view.getBigUint64(72, true);
    assert.is(rights & (1n << 2n | 1n << 5n), 0n); // neither seek nor tell
  }
  assert.equal([terminal.columns, terminal.rows], [80, 24]);
  terminal.resize(100, 30);
  assert.equal([terminal.columns, terminal.rows], [100, 30]);
});

test("a line is edited and echoed before the guest gets it", async () => {
  const { state, terminal, read } = make();
  terminal.press("wrong\x15lx\x7fs");
  let line = "";
  const reading = read().then((text) => line = text);
  await Promise.resolve();
  assert.is(line, "");
  terminal.press("\r");
  await reading;
  assert.is(line, "ls\n");
  assert.ok(state.screen.endsWith("lx\b \bs\r\n"));
});

test("erasing takes away whole characters and stops at the start", async () => {
  const { terminal, read } = make();
  terminal.press("\x7f😀é\x7f\x7f\x7f\x7fa\r");
  assert.is(await read(), "a\n");
});

test("Ctrl-D gives what is typed, or ends the input", async () => {
  const { terminal, read } = make();
  terminal.press("part\x04\x04");
  assert.is(await read(), "part");
  assert.is(await read(), "");
});

test("Ctrl-C drops the line and tells the embedder", async () => {
  const { state, terminal, read } = make();
  terminal.press("rm\x03ls\r");
  assert.is(await read(), "ls\n");
  assert.is(state.interrupts, 1);
});

test("raw, every key goes to the guest as it is", async () => {
  const { state, terminal, guest, read } = make();
  terminal.press("half");
  terminal.setRaw(true);
  assert.ok(terminal.isRaw);
  assert.is(await read(), "half");
  const before = state.screen;
  terminal.press("\x03\r");
  assert.is(await read(), "\x03\r");
  assert.is(state.screen, before);
  guest.write(1, "a\nb");
  assert.is(state.screen, before + "a\nb");
});

test("cooked, lines of the output end in CR LF", () => {
  const { state, guest } = make();
  assert.is(guest.write(1, "a\nb\n"), 0);
  assert.is(guest.u32, 4);
  assert.is(state.screen, "a\r\nb\r\n");
});

test("an end gives what is typed first", async () => {
  const { terminal, read } = make();
  terminal.press("last");
  terminal.end();
  assert.is(await read(), "last");
  assert.is(await read(), "");
});

test.run();
