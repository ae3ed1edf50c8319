// richards: the scheduler of an operating system (after Martin Richards):
// tasks behind an abstract class, packets in queues, objects on AssemblyScript's
// garbage-collected heap. n rounds.

const IDLE = 0, WORKER = 1, HANDLER_A = 2, HANDLER_B = 3;
const DEVICE_A = 4, DEVICE_B = 5, TASKS = 6;
const RUNNING = 0, RUNNABLE = 1, SUSPENDED = 2, HELD = 4;
const KIND_DEVICE = 0, KIND_WORK = 1;
const DATA = 4;

class Packet {
  a1: i32 = 0;
  readonly a2: StaticArray<i32> = new StaticArray<i32>(DATA);
  constructor(public link: Packet | null, public id: i32, public kind: i32) {}

  addTo(queue: Packet | null): Packet {
    this.link = null;
    if (queue === null) return this;
    let at: Packet = queue;
    for (let next = at.link; next !== null; next = at.link) at = next;
    at.link = this;
    return queue;
  }
}

abstract class Task {
  constructor(readonly scheduler: Scheduler) {}
  abstract run(packet: Packet | null): Control | null;
}

class Control {
  state: i32;
  task: Task | null = null;
  constructor(
    readonly link: Control | null,
    readonly id: i32,
    readonly priority: i32,
    public queue: Packet | null,
  ) {
    this.state = queue === null ? SUSPENDED : SUSPENDED | RUNNABLE;
  }

  get blocked(): bool {
    return (this.state & HELD) != 0 || this.state == SUSPENDED;
  }

  run(): Control | null {
    let packet: Packet | null = null;
    if (this.state == (SUSPENDED | RUNNABLE)) {
      packet = this.queue;
      this.queue = packet!.link;
      this.state = this.queue === null ? RUNNING : RUNNABLE;
    }
    return this.task!.run(packet);
  }

  accept(packet: Packet, current: Control): Control {
    if (this.queue === null) {
      this.queue = packet;
      this.state |= RUNNABLE;
      if (this.priority > current.priority) return this;
    } else {
      this.queue = packet.addTo(this.queue);
    }
    return current;
  }
}

class Scheduler {
  queued: i32 = 0;
  held: i32 = 0;
  steps: i32 = 0;
  current: Control | null = null;
  list: Control | null = null;
  readonly blocks: Array<Control> = [];

  add(id: i32, priority: i32, queue: Packet | null, task: Task): Control {
    const control = new Control(this.list, id, priority, queue);
    control.task = task;
    this.list = control;
    while (this.blocks.length <= id) this.blocks.push(control);
    this.blocks[id] = control;
    return control;
  }

  schedule(): void {
    this.current = this.list;
    for (let at = this.current; at !== null; at = this.current) {
      this.steps++;
      this.current = at.blocked ? at.link : at.run();
    }
  }

  release(id: i32): Control {
    const control = this.blocks[id];
    control.state &= ~HELD;
    const current = this.current!;
    return control.priority > current.priority ? control : current;
  }

  hold(): Control | null {
    this.held++;
    this.current!.state |= HELD;
    return this.current!.link;
  }

  suspend(): Control | null {
    this.current!.state |= SUSPENDED;
    return this.current;
  }

  queue(packet: Packet): Control {
    this.queued++;
    const control = this.blocks[packet.id];
    packet.link = null;
    packet.id = this.current!.id;
    return control.accept(packet, this.current!);
  }
}

class Idle extends Task {
  constructor(scheduler: Scheduler, private seed: i32, private left: i32) {
    super(scheduler);
  }
  run(_packet: Packet | null): Control | null {
    if (--this.left == 0) return this.scheduler.hold();
    if ((this.seed & 1) == 0) {
      this.seed >>= 1;
      return this.scheduler.release(DEVICE_A);
    }
    this.seed = (this.seed >> 1) ^ 0xd008;
    return this.scheduler.release(DEVICE_B);
  }
}

class Device extends Task {
  private waiting: Packet | null = null;
  run(packet: Packet | null): Control | null {
    if (packet !== null) {
      this.waiting = packet;
      return this.scheduler.hold();
    }
    const done = this.waiting;
    if (done === null) return this.scheduler.suspend();
    this.waiting = null;
    return this.scheduler.queue(done);
  }
}

class Worker extends Task {
  private to: i32 = HANDLER_A;
  private letter: i32 = 0;
  run(packet: Packet | null): Control | null {
    if (packet === null) return this.scheduler.suspend();
    this.to = HANDLER_A + HANDLER_B - this.to;
    packet.id = this.to;
    packet.a1 = 0;
    for (let i = 0; i < DATA; i++) {
      this.letter = this.letter % 26 + 1;
      packet.a2[i] = this.letter;
    }
    return this.scheduler.queue(packet);
  }
}

class Handler extends Task {
  private work: Packet | null = null;
  private devices: Packet | null = null;
  run(packet: Packet | null): Control | null {
    if (packet !== null) {
      if (packet.kind == KIND_WORK) this.work = packet.addTo(this.work);
      else this.devices = packet.addTo(this.devices);
    }
    const work = this.work;
    if (work === null) return this.scheduler.suspend();
    if (work.a1 >= DATA) {
      this.work = work.link;
      return this.scheduler.queue(work);
    }
    const device = this.devices;
    if (device === null) return this.scheduler.suspend();
    this.devices = device.link;
    device.a1 = work.a2[work.a1++];
    return this.scheduler.queue(device);
  }
}

function packets(id: i32, kind: i32, count: i32): Packet | null {
  let queue: Packet | null = null;
  for (let i = 0; i < count; i++) queue = new Packet(queue, id, kind);
  return queue;
}

export function run(n: i32): i32 {
  let sum = 0;
  for (let round = 0; round < n; round++) {
    const s = new Scheduler();
    s.add(IDLE, 0, null, new Idle(s, 1, 1000)).state = RUNNING;
    s.add(WORKER, 1000, packets(WORKER, KIND_WORK, 2), new Worker(s));
    const a = packets(DEVICE_A, KIND_DEVICE, 3);
    s.add(HANDLER_A, 2000, a, new Handler(s));
    const b = packets(DEVICE_B, KIND_DEVICE, 3);
    s.add(HANDLER_B, 3000, b, new Handler(s));
    s.add(DEVICE_A, 4000, null, new Device(s));
    s.add(DEVICE_B, 5000, null, new Device(s));
    s.schedule();
    sum = sum * 31 + s.queued * 7 + s.held + s.steps * 3;
  }
  return sum;
}
