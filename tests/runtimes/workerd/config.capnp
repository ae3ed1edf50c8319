# The unit tests as a Cloudflare Worker, for `workerd test`: a service for each
# compatibility date. The bundle is written beside a copy of this file.

using Workerd = import "/workerd/workerd.capnp";

const config :Workerd.Config = (
  services = [
    (name = "2025-05-01", worker = .before),
    (name = "2026-01-01", worker = .after),
  ],
);

const modules :List(Workerd.Worker.Module) = [
  (name = "worker.js", esModule = embed "worker.js"),
  (name = "report.js", esModule = embed "report.js"),
  (name = "tests.js", esModule = embed "tests.js"),
];

const before :Workerd.Worker = (
  modules = .modules,
  compatibilityDate = "2025-05-01",
);

# MessageChannel is there from 2025-08-15 on. Tests look for what is refused when
# they are loaded, when eval has been allowed since 2025-06-01.
const after :Workerd.Worker = (
  modules = .modules,
  compatibilityDate = "2026-01-01",
  compatibilityFlags = ["disallow_eval_during_startup"],
);
