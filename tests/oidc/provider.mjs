// A real OpenID Connect provider (the certified node-oidc-provider) for tests. Its people and its faults come from a
// file that is read at every sign-in, so that a test can change them while the provider runs.
//
//   node provider.mjs CONFIGURATION.json
//
// {port, keys: [private JWK], client: {…}, userinfo_only: false, accounts: {name: claims}, tamper: {claim: value}}
// `tamper` overwrites claims of ID tokens, signed by the provider's own key: what a provider gone wrong would send.
// `forged: true` signs them with another key instead, under the same key id.
import { readFileSync } from "node:fs";
import { decodeJwt, decodeProtectedHeader, generateKeyPair, importJWK, SignJWT } from "jose";
import { Provider } from "oidc-provider";

const file = process.argv[2];
const configuration = () => JSON.parse(readFileSync(file, "utf8"));
const { port, keys, client, userinfo_only } = configuration();
const issuer = `http://127.0.0.1:${port}`;
const stranger = await generateKeyPair("RS256");

const provider = new Provider(issuer, {
  clients: [client],
  jwks: { keys },
  cookies: { keys: ["only for tests"] },
  claims: { openid: ["sub"], profile: ["preferred_username", "name", "realm_access"], email: ["email"] },
  // Keycloak has its claims in the ID token; other providers tell them at the userinfo endpoint only.
  conformIdTokenClaims: userinfo_only ?? false,
  features: { devInteractions: { enabled: true }, rpInitiatedLogout: { enabled: true } },
  pkce: { required: () => true },
  findAccount: (_context, id) => {
    const claims = configuration().accounts[id];
    return claims && { accountId: id, claims: () => ({ sub: id, ...claims }) };
  },
});

provider.use(async (context, next) => {
  await next();
  const { tamper, forged } = configuration();
  const token = context.path === "/token" && context.body?.id_token;
  if (!token || !(tamper || forged)) return;
  const key = forged ? stranger.privateKey : await importJWK(keys[0], "RS256");
  const claims = { ...decodeJwt(token), ...tamper };
  for (const [name, value] of Object.entries(claims)) if (value === null) delete claims[name];
  context.body.id_token = await new SignJWT(claims).setProtectedHeader(decodeProtectedHeader(token)).sign(key);
});

const server = provider.listen(port, "127.0.0.1", () => process.stdout.write(`ready ${issuer}\n`));
process.on("SIGTERM", () => {
  server.closeAllConnections();
  server.close(() => process.exit(0));
});
