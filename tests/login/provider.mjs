// SPDX-License-Identifier: Apache-2.0
// A real, certified OpenID provider on loopback for tests/system/test_login.py: oidc-provider with two
// persons and two clients. What it answers at /token and /me can be bent to what an attacker would
// send; `POST /bend?HOW` says how, and "" means as it is. It prints its issuer, and ends by SIGTERM.
//
//   node provider.mjs REDIRECT...       one client per address to come back to: desk0, desk1, ...
import http from 'node:http';
import * as jose from 'jose';
import Provider from 'oidc-provider';

const pair = async (alg, kid) => {
  const { privateKey, publicKey } = await jose.generateKeyPair(alg, { extractable: true });
  return { alg, kid, privateKey, publicKey, jwk: { ...(await jose.exportJWK(privateKey)), kid, alg, use: 'sig' } };
};
const ours = { RS256: await pair('RS256', 'rsa'), ES256: await pair('ES256', 'ec'), EdDSA: await pair('EdDSA', 'ed') };
const strangers = await pair('RS256', 'rsa'); // the same name, another key
const unlisted = await pair('RS256', 'unlisted');

const people = {
  anna: { name: 'Anna Å <b>', employeeHsaId: 'SE2321000131-A001', assurance: 'loa3', groups: ['analysts', 'study-17'] },
  bo: { name: 'Bo', employeeHsaId: 'SE2321000131-B002', assurance: 'loa3', groups: ['analysts'] },
  cecilia: { name: 'Cecilia', employeeHsaId: 'SE2321000131-C003', assurance: 'loa3', groups: ['kitchen'] },
  dag: { name: 'Dag', employeeHsaId: 'SE2321000131-D004', assurance: 'loa2', groups: ['analysts'] },
};

const server = http.createServer();
await new Promise((done) => server.listen(0, '127.0.0.1', done));
const issuer = `http://127.0.0.1:${server.address().port}`;
const provider = new Provider(issuer, {
  clients: process.argv.slice(2).map((redirect, i) => ({
    client_id: `desk${i}`, client_secret: 'a secret: of/tests+only', redirect_uris: [redirect],
    grant_types: ['authorization_code'], response_types: ['code'],
  })),
  jwks: { keys: Object.values(ours).map((one) => one.jwk) },
  scopes: ['openid', 'profile', 'hsa'],
  claims: { openid: ['sub'], profile: ['name', 'groups', 'assurance'], hsa: ['employeeHsaId'] },
  enabledJWA: { idTokenSigningAlgValues: ['RS256', 'ES256', 'EdDSA'] },
  pkce: { required: () => true },
  features: { devInteractions: { enabled: true }, resourceIndicators: { enabled: false } },
  cookies: { keys: ['of tests only'] },
  ttl: { IdToken: 300, AccessToken: 300, Session: 600, Interaction: 600, Grant: 600 },
  async findAccount(_, id) {
    return people[id] && { accountId: id, claims: async () => ({ sub: id, ...people[id] }) };
  },
  async loadExistingGrant(ctx) { // nobody is asked for consent
    const grant = new provider.Grant({ clientId: ctx.oidc.client.clientId, accountId: ctx.oidc.session.accountId });
    grant.addOIDCScope('openid profile hsa');
    await grant.save();
    return grant;
  },
});

// ---- what an attacker would send

let how = '';
let earlier = ''; // the ID token of the log-in before
const now = () => Math.floor(Date.now() / 1000);
const sign = (claims, key, header = {}) =>
  new jose.SignJWT(claims).setProtectedHeader({ alg: key.alg, kid: key.kid, ...header }).sign(key.privateKey);
const part = (value) => Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');

const tokens = {
  es256: (claims) => sign(claims, ours.ES256),
  eddsa: (claims) => sign(claims, ours.EdDSA),
  expired: (claims) => sign({ ...claims, exp: now() - 61, iat: now() - 300 }, ours.RS256),
  early: (claims) => sign({ ...claims, iat: now() + 120, exp: now() + 420 }, ours.RS256),
  stale: (claims) => sign({ ...claims, iat: now() - 3600, exp: now() + 3600 }, ours.RS256),
  forged: (claims) => sign(claims, strangers),
  unlisted: (claims) => sign(claims, unlisted),
  none: async (claims) => `${part({ alg: 'none' })}.${part(claims)}.`,
  hs256: async (claims) => new jose.SignJWT(claims).setProtectedHeader({ alg: 'HS256', kid: 'rsa' })
    .sign(Buffer.from(await jose.exportSPKI(ours.RS256.publicKey))),
  changed: async (claims, text) => {
    const [header, , signature] = text.split('.');
    return `${header}.${part({ ...claims, employeeHsaId: 'SE2321000131-X999' })}.${signature}`;
  },
  audience: (claims) => sign({ ...claims, aud: 'another' }, ours.RS256),
  azp: (claims) => sign({ ...claims, aud: [claims.aud, 'another'], azp: 'another' }, ours.RS256),
  issuer: (claims) => sign({ ...claims, iss: 'https://idp.example' }, ours.RS256),
  nonce: (claims) => sign({ ...claims, nonce: 'another' }, ours.RS256),
  nononce: ({ nonce, ...claims }) => sign(claims, ours.RS256),
  replayed: async () => earlier,
};

async function bend(path, status, text) {
  if (path === '/me' && how === 'userinfo') return JSON.stringify({ ...JSON.parse(text), sub: 'bo' });
  if (path !== '/token' || status !== 200) return text;
  if (how === 'huge') return text + ' '.repeat(300 << 10);
  const answer = JSON.parse(text);
  const plain = answer.id_token;
  if (tokens[how]) answer.id_token = await tokens[how](jose.decodeJwt(plain), plain);
  if (how !== 'replayed') earlier = plain;
  return JSON.stringify(answer);
}

const answer = provider.callback();
server.on('request', (request, response) => {
  const path = request.url.split('?')[0];
  if (path === '/bend') {
    how = request.url.split('?')[1] ?? '';
    response.end();
    return;
  }
  if (path === '/token' || path === '/me') {
    const end = response.end.bind(response);
    response.end = (body) => {
      bend(path, response.statusCode, String(body)).then((text) => {
        response.setHeader('content-length', Buffer.byteLength(text));
        end(text);
      });
      return response;
    };
  }
  answer(request, response);
});
process.on('SIGTERM', () => process.exit(0));
console.log(`Issuer: ${issuer}`);
