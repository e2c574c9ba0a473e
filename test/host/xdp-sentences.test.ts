import { suite } from "uvu";
import * as assert from "uvu/assert";
import { queueWarnings, remainderOf } from "../../host/xdp-sentences.ts";

const xdpSentences = suite("xdp sentences");

xdpSentences("warn of several receive queues, and name the driver's kind of them", () => {
  const problem = "receive queues, and what comes by others is lost. Have it use one";

  assert.equal(queueWarnings("wan0", { receiving: 0, combined: 8 }), [
    `wan0: it has 8 ${problem}: \`ethtool -L wan0 combined 1\`.`,
  ]);
  assert.equal(queueWarnings("lan0", { receiving: 2, combined: 0 }), [
    `lan0: it has 2 ${problem}: \`ethtool -L lan0 rx 1\`.`,
  ]);
});

xdpSentences("say nothing of one queue", () => {
  assert.equal(queueWarnings("wan0", { receiving: 0, combined: 1 }), []);
  assert.equal(queueWarnings("lan0", { receiving: 1, combined: 0 }), []);
  assert.equal(queueWarnings("lan0", null), []);
});

xdpSentences("name the command that takes off a program of that mode", () => {
  const state = "it stays closed to what the NAT would have got. To open it";

  assert.is(remainderOf("wan0", "native"), `wan0: ${state}: \`ip link set wan0 xdp off\`.`);
  assert.is(remainderOf("lan", "generic"), `lan: ${state}: \`ip link set lan xdpgeneric off\`.`);
});

xdpSentences.run();
