# The Worker of worker.js, which says how it is built and started.

using Workerd = import "/workerd/workerd.capnp";

const config :Workerd.Config = (
  services = [(name = "worker", worker = .worker)],
  sockets = [
    (name = "http", address = "127.0.0.1:8080", http = (), service = "worker"),
  ],
);

const worker :Workerd.Worker = (
  modules = [
    (name = "worker.js", esModule = embed "../../dist/worker.js"),
    (name = "cat.bin", data = embed "../cat/cat.wasm"),
  ],
  compatibilityDate = "2026-01-01",
);
