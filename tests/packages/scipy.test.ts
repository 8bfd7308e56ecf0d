import assert from "node:assert/strict";
import { after, test } from "node:test";
import { loadWithPackages, packagesIn } from "../support/packages.ts";

const { py, answer: plainAnswer } = await packagesIn("scipy");
const worker = await loadWithPackages({ kernel: "worker" });
after(() => worker.terminate());

/** As that, with numpy and `near` at hand. */
const answer = (code: string) =>
  plainAnswer(`import numpy as np\nnear = lambda a, b: bool(np.allclose(a, b))\n${code}`);

/** As many as there are, all true. */
const all = (count: number) => Array(count).fill(true);

test("scipy: the version of the recipe is loaded, with numpy, and in a worker too", async () => {
  assert.deepEqual(Object.keys(py.loadedPackages).sort(), ["numpy", "scipy"]);
  assert.equal(answer("import scipy; result = scipy.__version__"), "1.18.1");
  await worker.loadPackagesFromImports("from scipy import linalg");
  assert.equal(worker.runPython("from scipy import linalg; float(linalg.norm([3.0, 4.0]))"), 5);
});

test("scipy.linalg: decompositions of real and complex matrices, in both precisions", () => {
  const results = answer(`
    from scipy import linalg
    random = np.random.default_rng(1)
    result = []
    for kind, tolerance in (("f", 1e-4), ("d", 1e-10), ("F", 1e-4), ("D", 1e-10)):
        def made(*shape):
            a = random.standard_normal(shape)
            return (a + 1j * random.standard_normal(shape) if kind in "FD" else a).astype(kind)
        def same(a, b):
            return bool(np.abs(np.asarray(a) - b).max() < tolerance * max(1, np.abs(b).max())) and a.dtype == b.dtype
        a, b = made(60, 60), made(60, 3)
        wide = made(40, 70)
        hermitian = a @ a.conj().T + 60 * np.eye(60, dtype=kind)
        p, l, u = linalg.lu(a)
        q, r = linalg.qr(wide)
        left, values, right = linalg.svd(wide, full_matrices=False)
        t, z = linalg.schur(a)
        w, v = linalg.eigh(hermitian)
        lower = linalg.cholesky(hermitian, lower=True)
        hess, way = linalg.hessenberg(a, calc_q=True)
        result.append([
            same(a @ linalg.solve(a, b), b), same(p.astype(kind) @ l @ u, a), same(q @ r, wide),
            same((left * values) @ right, wide), same(z @ t @ z.conj().T, a), same((v * w) @ v.conj().T, hermitian),
            same(lower @ lower.conj().T, hermitian), same(way @ hess @ way.conj().T, a),
            same(a @ linalg.inv(a), np.eye(60, dtype=kind)), same(wide @ linalg.pinv(wide) @ wide, wide),
        ])
  `);
  for (const result of results) assert.deepEqual(result, all(10));
  assert.equal(results.length, 4);
});

test("scipy.linalg: functions of matrices, generalized and ordered eigenvalues, banded systems", () => {
  const result = answer(`
    from scipy import linalg
    random = np.random.default_rng(2)
    a, b = random.standard_normal((2, 20, 20))
    stable, ways, count = linalg.schur(a, output="complex", sort="lhp")
    aa, bb, alpha, beta, q, z = linalg.ordqz(a, b, sort="ouc", output="complex")
    w, v = linalg.eig(a, b)
    bands = np.vstack([np.ones(30), np.full(30, 4.0), np.ones(30)])
    full = np.diag(np.full(30, 4.0)) + np.diag(np.ones(29), 1) + np.diag(np.ones(29), -1)
    x = linalg.solve_sylvester(a, b, np.eye(20))
    result = [
        near(linalg.logm(linalg.expm(a / 20)), a / 20), near(linalg.sqrtm(a @ a.T) @ linalg.sqrtm(a @ a.T), a @ a.T),
        near(ways @ stable @ ways.conj().T, a), bool((np.diag(stable)[:count].real < 0).all() and 0 < count < 20),
        near(q @ aa @ z.conj().T, a), near(a @ v, b @ v * w),
        near(full @ linalg.solve_banded((1, 1), bands, np.arange(30.0)), np.arange(30)), near(a @ x + x @ b, np.eye(20)),
        near(linalg.det(full), np.prod(linalg.eigvals_banded(np.vstack([np.full(30, 4.0), np.ones(30)]), lower=True))),
    ]
  `);
  assert.deepEqual(result, all(9));
});

test("scipy.linalg: what cannot be done is said", () => {
  const result = answer(`
    from scipy import linalg
    result = []
    for work in (
        lambda: linalg.inv(np.zeros((3, 3))), lambda: linalg.cholesky(-np.eye(2)),
        lambda: linalg.solve(np.eye(2), np.ones(3)), lambda: linalg.blas.dgemm(1.0, np.eye(2), np.eye(3)),
    ):
        try:
            work()
        except Exception as error:
            result.append(type(error).__name__)
  `);
  assert.deepEqual(result, ["LinAlgError", "LinAlgError", "ValueError", "error"]);
});

test("scipy.linalg.blas: norms and rotations of what is very large or small", () => {
  const result = answer(`
    from scipy.linalg import blas, lapack
    c, s = blas.drotg(3e200, 4e200)
    cc, cs, r = lapack.zlartg(3e-200 + 0j, 4e-200j)
    result = [
        near(blas.dnrm2([3e200, 4e200]) / 1e200, 5), near(blas.dnrm2([3e-200, 4e-200]) / 1e-200, 5),
        near(blas.dnrm2([3e-200, 4.0]), 4), near(blas.dznrm2([3e200j, 4e200]) / 1e200, 5),
        bool(np.isinf(blas.dnrm2([np.inf, 1]))), bool(np.isnan(blas.dnrm2([np.nan, 1]))),
        near([c, s], [0.6, 0.8]), near(cc, 0.6), near(abs(cs), 0.8), near(abs(r) / 1e-200, 5),
        near(blas.zdotc([1j, 2], [1j, 2j]), 1 + 4j), near(blas.sdot([1, 2], [3, 4]), 11),
    ]
  `);
  assert.deepEqual(result, all(12));
});

test("scipy.optimize and scipy.integrate: solvers that call Python", () => {
  const result = answer(`
    from scipy import integrate, optimize
    rosen, x0 = optimize.rosen, [1.3, 0.7, 0.8]
    decay = lambda t, y: [-0.5 * y[0]]
    plan = optimize.linprog([-1, 4], A_ub=[[-3, 1], [1, 2]], b_ub=[6, 4], bounds=[(None, None), (-3, None)])
    cut = optimize.milp([-1, -2], constraints=optimize.LinearConstraint([[1, 1]], ub=3.5), integrality=[1, 1])
    result = [
        *(bool(np.abs(optimize.minimize(rosen, x0, method=method, tol=1e-9).x - 1).max() < 1e-3)
          for method in ("BFGS", "L-BFGS-B", "Nelder-Mead", "SLSQP", "TNC")),
        bool(np.abs(optimize.minimize(lambda x: ((x - 3) ** 2).sum(), x0, method="COBYLA", tol=1e-4).x - 3).max() < 1e-2),
        near(optimize.root(lambda x: [x[0] ** 2 - 2, x[1] - x[0]], [1, 1]).x, 2 ** 0.5),
        near(optimize.least_squares(lambda p: p - [1, 2], [0, 0]).x, [1, 2]), near(plan.x, [10, -3]),
        near(cut.x, [0, 3]), near(optimize.brentq(np.cos, 1, 2), np.pi / 2),
        near(integrate.quad(lambda x: np.exp(-x * x), -np.inf, np.inf)[0], np.pi ** 0.5),
        near(integrate.dblquad(lambda y, x: x * y, 0, 1, 0, 2)[0], 1),
        *(near(integrate.solve_ivp(decay, [0, 10], [2], method=method, rtol=1e-8, atol=1e-10).y[0, -1], 2 * np.exp(-5))
          for method in ("RK45", "DOP853", "Radau", "BDF", "LSODA")),
        near(integrate.odeint(lambda y, t: -y, 1, [0, 1], rtol=1e-10)[-1], np.exp(-1)),
    ]
  `);
  assert.deepEqual(result, all(19));
});

test("scipy: an error of a function that a solver calls comes back to the caller", () => {
  const result = answer(`
    from scipy import integrate, optimize
    def fails(*arguments):
        raise KeyError("mine")
    result = []
    for solve in (lambda: integrate.quad(fails, 0, 1), lambda: optimize.brentq(fails, 0, 1), lambda: optimize.root(fails, 0),
                  lambda: integrate.odeint(fails, 1, [0, 1])):
        try:
            solve()
        except Exception as error:
            result.append(repr(error))
  `);
  assert.deepEqual(result, Array(4).fill("KeyError('mine')"));
});

test("scipy.sparse: arithmetic, direct and iterative solvers, eigenvalues", () => {
  const result = answer(`
    from scipy import sparse
    from scipy.sparse import csgraph, linalg
    n = 200
    a = sparse.diags_array([np.full(n, 4.0), np.full(n - 1, -1.0), np.full(n - 1, -1.0)], offsets=[0, 1, -1]).tocsc()
    b = np.arange(n, dtype=float)
    full = a.toarray()
    values, vectors = linalg.eigsh(a, k=3)
    u, s, v = linalg.svds(a, k=3, solver="propack", random_state=1, maxiter=200)
    graph = sparse.csr_array([[0, 1, 4], [0, 0, 2], [0, 0, 0]])
    result = [
        near((a @ a.T).toarray(), full @ full.T), near(linalg.spsolve(a, b), np.linalg.solve(full, b)),
        near(linalg.splu(a).solve(b), np.linalg.solve(full, b)), near(linalg.cg(a, b, rtol=1e-10)[0], np.linalg.solve(full, b)),
        near(linalg.gmres(a, b, rtol=1e-10)[0], np.linalg.solve(full, b)),
        near(values, np.linalg.eigvalsh(full)[-3:]), near(np.sort(s), np.linalg.svd(full)[1][:3][::-1]),
        near(linalg.eigs(a, k=2, return_eigenvectors=False).real.max(), values.max()),
        near(csgraph.shortest_path(graph)[0], [0, 1, 3]), near(linalg.expm(a[:5, :5]).trace(), np.exp(np.linalg.eigvalsh(full[:5, :5])).sum()),
    ]
  `);
  assert.deepEqual(result, all(10));
});

test("scipy.signal, fft, interpolate and ndimage", () => {
  const result = answer(`
    from scipy import fft, interpolate, ndimage, signal
    t = np.linspace(0, 1, 500, endpoint=False)
    wave = np.sin(2 * np.pi * 5 * t)
    b, a = signal.butter(4, 0.2)
    x = np.linspace(0, 6, 20)
    spline = interpolate.splrep(x, np.sin(x), s=0)
    picture = np.zeros((9, 9)); picture[2:4, 2:4] = 1; picture[6, 6] = 1
    result = [
        near(fft.ifft(fft.fft(wave)).real, wave), int(np.abs(fft.rfft(wave)).argmax()) == 5, near(fft.idct(fft.dct(wave)), wave),
        bool(np.abs(signal.filtfilt(b, a, wave) - wave).max() < 0.01),
        signal.find_peaks(wave)[0].tolist() == [25, 125, 225, 325, 425], near(signal.fftconvolve(wave, [1, 1])[1:500], wave[1:] + wave[:-1]),
        bool(abs(interpolate.CubicSpline(x, np.sin(x))(1.0) - np.sin(1.0)) < 1e-3),
        bool(abs(interpolate.splev(1.0, spline) - np.sin(1.0)) < 1e-3),
        bool(abs(interpolate.RectBivariateSpline(x, x, np.outer(x, x))(2.5, 3.5)[0, 0] - 8.75) < 1e-8),
        near(interpolate.griddata([[0, 0], [0, 1], [1, 0], [1, 1]], [0, 1, 1, 2], [[0.5, 0.25]]), 0.75),
        ndimage.label(picture)[1] == 2, near(ndimage.gaussian_filter(picture, 1).sum(), 5), near(ndimage.zoom(picture, 2).shape, [18, 18]),
        near(ndimage.generic_filter(picture, lambda part: part.max(), 3)[5, 5], 1),
    ]
  `);
  assert.deepEqual(result, all(14));
});

test("scipy.stats, special, spatial, cluster and io", () => {
  const result = answer(`
    import io
    from scipy import cluster, spatial, special, stats
    from scipy.io import loadmat, savemat, wavfile
    random = np.random.default_rng(3)
    points = random.random((50, 2))
    sample = random.normal(2, 3, 2000)
    tree = spatial.KDTree(points)
    hull = spatial.ConvexHull([[0, 0], [1, 0], [0, 1], [1, 1], [0.5, 0.5]])
    distances = spatial.distance.cdist(points, points)
    groups = cluster.vq.kmeans2(np.vstack([points, points + 10]), 2, seed=1)[1]
    file = io.BytesIO(); wavfile.write(file, 8000, np.arange(10, dtype="i2"))
    matrix = io.BytesIO(); savemat(matrix, {"a": np.eye(3)})
    result = [
        near(stats.norm.cdf(1.96), 0.9750021048517795), near(stats.t.ppf(0.975, 10), 2.2281388519649385),
        bool(stats.ttest_1samp(sample, 2).pvalue > 0.001), bool(stats.kstest((sample - 2) / 3, "norm").pvalue > 0.001),
        near(stats.fisher_exact([[8, 2], [1, 5]])[1], 0.034965034965034975), near(stats.multivariate_normal([0, 0]).pdf([0, 0]), 0.5 / np.pi),
        bool(abs(stats.gaussian_kde(sample).evaluate(2)[0] - 0.13) < 0.02), near(stats.linregress([0, 1, 2], [1, 3, 5]).slope, 2),
        near(special.gamma(5.5), 52.34277778455352), near(special.jv(2, 3.0), 0.4860912605858911), near(special.erfinv(special.erf(0.5)), 0.5),
        near(special.hyp2f1(1, 2, 3, 0.5), 1.5451774444795623), near(special.logsumexp([1000, 1000]), 1000 + np.log(2)),
        near(tree.query(points[7])[0], 0), sorted(hull.vertices.tolist()) == [0, 1, 2, 3], near(distances[3, 4], np.linalg.norm(points[3] - points[4])),
        spatial.Delaunay(points).simplices.shape[1] == 3, near(spatial.transform.Rotation.from_euler("z", 90, degrees=True).apply([1, 0, 0]), [0, 1, 0]),
        bool(len(set(groups[:50])) == 1 and groups[0] != groups[50]), wavfile.read(file)[1].tolist() == list(range(10)), near(loadmat(matrix)["a"], np.eye(3)),
    ]
  `);
  assert.deepEqual(result, all(21));
});
