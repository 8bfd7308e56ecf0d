import { test } from "node:test";
import { openConsole } from "../support/console-visit.ts";

const { visiting } = openConsole();

test("web console: an import loads the package, plt.show() shows the figure", async () => {
  await visiting(async (visit) => {
    await visit.enter("import pandas as pd; pd.Series([1, 2, 4]).sum()", /int64\(7\)\n>>>$/);
    await visit.enter("import matplotlib.pyplot as plt; 'imported'", /^'imported'\n>>>$/m);
    await visit.enter(
      "plt.figure(figsize=(3, 2), facecolor='red'); plt.show(); 'shown'",
      /^'shown'\n>>>$/m,
    );
    await visit.showsPicture((red, green) => red === 255 && green === 0);
  });
});
