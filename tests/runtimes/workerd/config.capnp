# The unit tests as a Cloudflare Worker, for `workerd test`. The bundle is
# written beside a copy of this file.

using Workerd = import "/workerd/workerd.capnp";

const config :Workerd.Config = (
  services = [(name = "main", worker = .unitTests)],
);

const unitTests :Workerd.Worker = (
  modules = [
    (name = "worker.js", esModule = embed "worker.js"),
    (name = "report.js", esModule = embed "report.js"),
    (name = "tests.js", esModule = embed "tests.js"),
  ],
  compatibilityDate = "2025-05-01",
);
