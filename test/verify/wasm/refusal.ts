import * as assert from "uvu/assert";
import { decode } from "../../../verify/wasm/decode.ts";
import { DecodeError } from "../../../verify/wasm/reader.ts";

/** Why `decode` refuses a module. */
export function refusalOf(module: Uint8Array): DecodeError {
  try {
    decode(module);
  } catch (error) {
    assert.instance(error, DecodeError);
    return error as DecodeError;
  }
  throw new Error("the module was taken");
}
