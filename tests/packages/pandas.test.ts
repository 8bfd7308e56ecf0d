import assert from "node:assert/strict";
import { test } from "node:test";
import { packagesIn } from "../support/packages.ts";

const { answer, py } = await packagesIn("pandas");

test("pandas: it comes with what it depends on", () => {
  const names = ["numpy", "pandas", "python-dateutil", "pytz", "six", "tzdata"];
  assert.deepEqual(Object.keys(py.loadedPackages).sort(), names);
});

test("pandas: groups, joins, pivots and windows", () => {
  const result = answer(`
    import pandas as pd
    frame = pd.DataFrame({"key": list("xyxy"), "value": [1, 2, 3, 5]})
    other = pd.DataFrame({"key": ["x", "z"], "name": ["ex", "zed"]})
    result = [
        frame.groupby("key").value.agg(["sum", "mean"]).to_dict(),
        frame.merge(other, on="key", how="left").name.fillna("none").tolist(),
        frame.pivot_table(index="key", values="value", aggfunc="max").value.to_dict(),
        frame.value.rolling(2).mean().dropna().tolist(),
        frame.sort_values("value", ascending=False).index.tolist(),
        frame.value.describe()["std"].round(6),
    ]
  `);

  assert.deepEqual(result, [
    { sum: { x: 4, y: 7 }, mean: { x: 2, y: 3.5 } },
    ["ex", "none", "ex", "none"],
    { x: 3, y: 5 },
    [1.5, 2.5, 4],
    [3, 2, 1, 0],
    1.707825,
  ]);
});

test("pandas: dates, time zones and periods", () => {
  const result = answer(`
    import pandas as pd
    days = pd.date_range("2026-03-28 12:00", periods=3, tz="Europe/Berlin")
    result = [
        [str(day) for day in days],
        [str(day) for day in days.tz_convert("UTC")],
        pd.Timestamp("2026-02-28").day_name(),
        str(pd.Period("2026Q1").end_time.date()),
        pd.Series([1, 2, 3], index=days).resample("2D").sum().tolist(),
    ]
  `);

  assert.deepEqual(result, [
    ["2026-03-28 12:00:00+01:00", "2026-03-29 12:00:00+02:00", "2026-03-30 12:00:00+02:00"],
    ["2026-03-28 11:00:00+00:00", "2026-03-29 10:00:00+00:00", "2026-03-30 10:00:00+00:00"],
    ...["Saturday", "2026-03-31", [3, 3]],
  ]);
});

test("pandas: CSV and JSON, with text that is not ASCII, there and back", () => {
  const result = answer(`
    import io
    import pandas as pd
    table = pd.read_csv(io.StringIO("a,b,c\\n1,é,2026-01-02\\n,\\"z, y\\",\\n"), parse_dates=["c"])
    again = pd.read_json(io.StringIO(table.to_json(orient="split", date_format="iso")), orient="split")
    result = [str(table.dtypes.c), table.isna().sum().to_dict(), table.b.tolist(), again.b.tolist(), table.to_csv(index=False)]
  `);

  assert.deepEqual(result, [
    "datetime64[ns]",
    { a: 1, b: 0, c: 1 },
    ["é", "z, y"],
    ["é", "z, y"],
    'a,b,c\n1.0,é,2026-01-02\n,"z, y",\n',
  ]);
});

test("pandas: mistakes are Python's exceptions", () => {
  const result = answer(`
    import pandas as pd
    frame = pd.DataFrame({"a": [1]})
    result = []
    for attempt in (lambda: frame["b"], lambda: pd.to_datetime("no date"), lambda: frame.astype("M8[ns, X/Y]"), lambda: pd.read_csv("/none")):
        try:
            attempt()
        except Exception as error:
            result.append(type(error).__name__)
  `);

  assert.deepEqual(result.slice(0, 2), ["KeyError", "DateParseError"]);
  assert.equal(result[3], "FileNotFoundError");
});
