#!/bin/bash
# Makes the site of the documentation in build/site, from README.md, docs/, and the comments of the API.
# usage: tools/sdk exec -- tools/docs/build.sh
set -euo pipefail
cd "$(dirname "$0")/../.."
pages=build/site-pages
rm -rf "$pages" build/site
mkdir -p "$pages"
node build/dist/bin/krait.mjs tools/docs/python_reference.py "$pages"
node_modules/.bin/typedoc --options tools/docs/typedoc.json
echo "docs: build/site/index.html"
