// SPDX-License-Identifier: Apache-2.0
declare module "@svg-maps/sweden" {
  const map: { label: string; viewBox: string; locations: { id: string; name: string; path: string }[] };
  export default map;
}
