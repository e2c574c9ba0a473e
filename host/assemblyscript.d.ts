/** The number types of AssemblyScript that assembly/abi.ts uses, as TypeScript sees them. */
type u32 = number;
