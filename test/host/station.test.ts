import { suite } from "uvu";
import * as assert from "uvu/assert";
import { isStation, stationBeside, stationOctets, stationText } from "../../host/station.ts";

const station = suite("station");

station("is six octets in hexadecimal", () => {
  assert.ok(isStation("02:00:00:00:00:fF"));
  for (const text of [
    "",
    "02:00:00:00:00",
    "02:00:00:00:00:0",
    "020000000001",
    "g2:00:00:00:00:00",
  ])
    assert.not(isStation(text), text);
});

station("has its octets in the order of the text", () => {
  assert.equal([...stationOctets("02:00:5e:10:00:fF")], [2, 0, 0x5e, 16, 0, 255]);
  assert.is(stationText(Uint8Array.of(2, 0, 0x5e, 16, 0, 255)), "02:00:5e:10:00:ff");
});

for (const mac of [
  "00:00:00:00:00:00",
  "02:00:00:00:00:01",
  "fe:ff:ff:ff:ff:ff",
  "52:54:00:12:34:56",
]) {
  station(`beside ${mac} is another, of one station, given by nobody, and always the same`, () => {
    const beside = stationBeside(stationOctets(mac));
    const [first] = stationOctets(beside);

    assert.is.not(beside, mac);
    assert.is(first! & 3, 2);
    assert.is(beside, stationBeside(stationOctets(mac)));
  });
}

station.run();
