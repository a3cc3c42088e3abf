/** The page's style nonce, which the host wrote into index.html: for whatever puts style sheets into the page. */
export const styleNonce = (): string => document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')?.nonce ?? '';
