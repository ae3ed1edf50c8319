// The tests in a dedicated worker, where files of the origin private file
// system have synchronous handles, and waiting is allowed.

import { report } from "./report.js";

postMessage(await report());
