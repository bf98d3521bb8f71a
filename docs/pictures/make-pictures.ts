import { writeFileSync } from "node:fs";
import { join } from "node:path";

import { openHome } from "./open-home.ts";
import { renderPicture } from "./render-picture.ts";
import { showApprovals } from "./show-approvals.ts";
import { showChat } from "./show-chat.ts";
import { showDoctor } from "./show-doctor.ts";
import { showLog } from "./show-log.ts";
import { showStart } from "./show-start.ts";
import { showUsage } from "./show-usage.ts";

/** Each runs Turnpike on a terminal and gives what stands there at the end. Names as arguments: only these. */
const PICTURES = {
  start: showStart,
  log: showLog,
  approval: showApprovals,
  chat: showChat,
  usage: showUsage,
  doctor: showDoctor,
};

const wanted = process.argv.slice(2);

for (const [name, show] of Object.entries(PICTURES)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  const home = await openHome();
  try {
    const lines = await show(home);
    writeFileSync(join(import.meta.dirname, `${name}.svg`), renderPicture(lines));
    console.log(`docs/pictures/${name}.svg`);
  } finally {
    await home.close();
  }
}
