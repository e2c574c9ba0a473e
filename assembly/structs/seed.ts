/** Where the keys of the hash lie in SETTINGS: the four seed words, two to a key. */
import { ConfigWord } from "../abi";

export const K0: usize = (<usize>ConfigWord.Seed0) << 2;
export const K1: usize = (<usize>ConfigWord.Seed2) << 2;
