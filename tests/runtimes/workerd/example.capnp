# The Worker of examples/worker behind a test that fetches from it, for
# `workerd test`.

using Workerd = import "/workerd/workerd.capnp";
using Example = import "../../../examples/worker/config.capnp";

const config :Workerd.Config = (
  services = [
    (name = "worker", worker = Example.worker),
    (name = "test", worker = .test),
  ],
);

const test :Workerd.Worker = (
  modules = [(name = "example.js", esModule = embed "example.js")],
  bindings = [(name = "WORKER", service = "worker")],
  compatibilityDate = "2026-01-01",
);
