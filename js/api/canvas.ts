/** The canvas that graphics libraries draw on (JS-canvas). */
export interface Canvas {
  setCanvas2D(canvas: HTMLCanvasElement): void;
  getCanvas2D(): HTMLCanvasElement | undefined;
  setCanvas3D(canvas: HTMLCanvasElement): void;
  getCanvas3D(): HTMLCanvasElement | undefined;
}

export function makeCanvas(): Canvas {
  let current: HTMLCanvasElement | undefined;
  const set = (canvas: HTMLCanvasElement): void => {
    if (canvas.id !== "canvas") {
      console.warn(`krait: libraries look for a canvas with the id "canvas", not "${canvas.id}"`);
    }
    current = canvas;
  };
  const get = () => current;
  return { setCanvas2D: set, getCanvas2D: get, setCanvas3D: set, getCanvas3D: get };
}
