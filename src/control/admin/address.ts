/** Where the admin server listens; `host` may be a name, which is then looked up when it is bound. */
export type AdminAddress =
  | { readonly kind: 'inet'; readonly host: string; readonly port: number }
  | { readonly kind: 'unix'; readonly path: string }
