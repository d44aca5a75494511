// Calls every operation with the client that openapi-fetch types by openapi-typescript's description, and prints what calls.py lists.
// Each answer in JSON is held against its schema by ajv, and so are amounts.
import { readFileSync } from "node:fs";
import { Ajv2020 } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import createClient, { type Middleware } from "openapi-fetch";
import type { paths } from "./api.js";

const [base, token, sheet] = process.argv.slice(2) as [string, string, string];
const description = JSON.parse(readFileSync("openapi.json", "utf8"));

const ajv = new Ajv2020({ strict: false, validateFormats: true });
addFormats.default(ajv);
ajv.addSchema(description, "description");

function check(pointer: string, value: unknown): void {
  const validate = ajv.getSchema(`description#${pointer}`);
  if (!validate) throw new Error(`no schema at ${pointer}`);
  if (!validate(value)) throw new Error(`${pointer}: ${ajv.errorsText(validate.errors)}: ${JSON.stringify(value)}`);
}

function escape(part: string): string {
  return encodeURIComponent(part.replaceAll("~", "~0").replaceAll("/", "~1"));
}

const checked: Middleware = {
  async onResponse({ request, response, schemaPath }) {
    const kind = response.headers.get("Content-Type") ?? "";
    if (!kind.includes("json")) return undefined;
    const responses = description.paths[schemaPath][request.method.toLowerCase()].responses;
    const status = response.status in responses ? String(response.status) : "default";
    const own = ["/paths", escape(schemaPath), request.method.toLowerCase(), "responses", status].join("/");
    const pointer = responses[status].$ref?.slice(1) ?? own;
    check(`${pointer}/content/${escape(kind)}/schema`, await response.clone().json());
    return undefined;
  },
};

const client = createClient<paths>({
  baseUrl: base,
  headers: { Authorization: `Bearer ${token}` },
  redirect: "manual",
});
client.use(checked);

function say(operation: string, response: Response, fact: unknown): void {
  console.log([operation, response.status, fact].join("\t"));
}

function target(response: Response): string | undefined {
  return response.headers.get("Location")?.split("&")[0];
}

const form = { headers: { "Content-Type": "application/x-www-form-urlencoded" } };
const text = { parseAs: "text" } as const;
const [user_id, order_id] = ["user_1", "order_1"];

const loaded = await client.POST("/api/load-sample-data");
say("loadSampleData", loaded.response, loaded.data?.message);
const stats = await client.GET("/api/stats");
say("stats", stats.response, stats.data?.total_users);
const users = await client.GET("/api/users", { params: { query: { limit: 2 } } });
say("listUsers", users.response, users.data?.length);
const alice = await client.GET("/api/users/{user_id}", { params: { path: { user_id } } });
say("showUser", alice.response, alice.data?.total_spent);
const nobody = await client.GET("/api/users/{user_id}", { params: { path: { user_id: "nobody" } } });
say("showUser", nobody.response, typeof nobody.error === "object" && nobody.error.status);
const hers = await client.GET("/api/users/{user_id}/orders", { params: { path: { user_id } } });
say("listUserOrders", hers.response, hers.data?.length);
const first = await client.GET("/api/users/{user_id}/orders/{order_id}", { params: { path: { user_id, order_id } } });
say("showOrder", first.response, first.data?.amount);
const orders = await client.GET("/api/orders");
say("listOrders", orders.response, orders.data?.length);
const input = { name: "Zoé", email: "zoe@ecam.be", country: "France" };
const zoe = await client.POST("/api/users", { body: input, params: { header: { "Idempotency-Key": "typescript-1" } } });
say("createUser", zoe.response, zoe.data?.name);
const wrong = await client.POST("/api/users", { body: { ...input, email: "zoe" } });
say("createUser", wrong.response, typeof wrong.error === "object" && wrong.error.errors?.[0]?.field);
const order = await client.POST("/api/orders", { body: { user_id: zoe.data?.user_id ?? "", amount: 0.29 } });
say("createOrder", order.response, order.data?.amount);
const randomUser = await client.POST("/api/random-user");
say("randomUser", randomUser.response, randomUser.data?.message);
const randomOrder = await client.POST("/api/random-order");
say("randomOrder", randomOrder.response, randomOrder.data?.message);
const migrated = await client.POST("/api/run-migration");
say("runMigration", migrated.response, migrated.data?.migrated_users);

const hosts = await client.GET("/hosts");
say("listHosts", hosts.response, hosts.data?.length);
const cache = await client.GET("/cache/status");
say("cacheStatus", cache.response, cache.data?.tier);
const forgotten = await client.POST("/cache/clear");
say("clearCache", forgotten.response, forgotten.data?.message);
const topology = await client.GET("/sharding-info");
say("shardingInfo", topology.response, topology.data?.mode);
const events = await client.GET("/events", { parseAs: "stream" }); // It has no end.
const reader = events.data?.getReader();
const chunk = await reader?.read();
say("events", events.response, new TextDecoder().decode(chunk?.value).split("\n")[0]);
await reader?.cancel();
const alive = await client.GET("/livez");
say("livez", alive.response, alive.data?.status);
const ready = await client.GET("/readyz");
say("readyz", ready.response, ready.data?.checks[0]?.name);
const metrics = await client.GET("/metrics", text);
say("metrics", metrics.response, metrics.data?.slice(0, 6));
const version = await client.GET("/version");
say("version", version.response, version.data?.version);
const openapi = await client.GET("/openapi.json");
say("openapi", openapi.response, (openapi.data as { openapi?: string }).openapi);
const explanation = await client.GET("/problems/{kind}", { params: { path: { kind: "not-found" } } });
say("problem", explanation.response, typeof explanation.data === "object" && explanation.data.type);

const asset = await client.GET("/assets/{file}", { params: { path: { file: sheet } }, ...text });
say("asset", asset.response, asset.data?.slice(0, 5));
const home = await client.GET("/", text);
say("home", home.response, home.data?.slice(0, 15));
const dashboard = await client.GET("/user-dashboard", text);
say("dashboard", dashboard.response, dashboard.data?.slice(0, 15));
const userPage = await client.GET("/user-dashboard/users/{user_id}", { params: { path: { user_id } }, ...text });
say("userPage", userPage.response, userPage.data?.slice(0, 15));
const docs = await client.GET("/docs", text);
say("docs", docs.response, docs.data?.slice(0, 15));
const confirmClear = await client.GET("/actions/clear-data", text);
say("confirmClearData", confirmClear.response, confirmClear.data?.slice(0, 15));
const confirmLoad = await client.GET("/actions/load-sample-data", text);
say("confirmLoadSampleData", confirmLoad.response, confirmLoad.data?.slice(0, 15));

const from = "home";
const formUser = await client.POST("/actions/random-user", { body: { from, token }, ...form });
say("formRandomUser", formUser.response, target(formUser.response));
const formOrder = await client.POST("/actions/random-order", { body: { from, token }, ...form });
say("formRandomOrder", formOrder.response, target(formOrder.response));
const formMigration = await client.POST("/actions/run-migration", { body: { from, token }, ...form });
say("formRunMigration", formMigration.response, target(formMigration.response));
const formCache = await client.POST("/actions/clear-cache", { body: { from, token }, ...form });
say("formClearCache", formCache.response, target(formCache.response));
const formLoad = await client.POST("/actions/load-sample-data", { body: { from, token, confirm: "yes" }, ...form });
say("formLoadSampleData", formLoad.response, target(formLoad.response));
const formClear = await client.POST("/actions/clear-data", { body: { from, token, confirm: "yes" }, ...form });
say("formClearData", formClear.response, target(formClear.response));
const cleared = await client.DELETE("/api/clear-data");
say("clearData", cleared.response, cleared.data?.message);

const cents = Array.from({ length: 20_000 }, () => 1 + Math.floor(Math.random() * 100_000_000));
const amounts = [0.01, 0.07, 0.29, 1.1, 19.99, 1e5, 999_999.99, 1e6, ...cents.map((some) => some / 100)];
for (const amount of amounts) check("/components/schemas/Amount", amount);
