/** A value of /proc/net/snmp, where a line of names precedes each line of values: "Tcp InCsumErrors". */
export function counterIn(snmp: string, name: string): number {
  const [group, field] = name.split(" ") as [string, string];
  const [names, values] = snmp.split("\n").filter((line) => line.startsWith(`${group}:`));
  return Number(values!.split(" ")[names!.split(" ").indexOf(field)]);
}
