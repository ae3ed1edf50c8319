/**
 * The version of the package, which a test compares with package.json.
 */

/** Such as `1.2.3`. */
export const VERSION = "0.1.0";
