// Asks the gateway from Node, as any program in any language can: one JSON request, one reply,
// and the live feed beside it. Prints both as one JSON document.
import { readFileSync } from "node:fs";
import { connect, nkeyAuthenticator } from "@nats-io/transport-node";

const [url, seed, caller, request] = process.argv.slice(2);
const nc = await connect({
  servers: url,
  authenticator: seed ? nkeyAuthenticator(readFileSync(seed)) : undefined,
  inboxPrefix: `_INBOX.c.${caller}`,
});
const executed = nc.subscribe("command.executed", { max: 1 });
await nc.flush();
const answer = await nc.request(`gateway.run.${caller}`, request, { timeout: 20000 });
let event = null;
for await (const message of executed) {
  event = { type: message.headers.get("ce-type"), body: message.json() };
}
console.log(JSON.stringify({ reply: answer.json(), event }));
await nc.close();
