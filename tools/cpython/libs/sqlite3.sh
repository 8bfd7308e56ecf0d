#!/bin/bash
# SQLite: Debian ships the source tree, so tclsh joins it into the amalgamation first.
. "$(dirname "$0")/common.sh"

make -f main.mk TOP=. BCC=cc TCC=cc OPTS= sqlite3.c

# One thread, no extension loading by SQL; the rest follows what Debian's own package turns on and
# Python users meet: full-text search, R*Tree, column metadata, mathematics.
options=(
  -DSQLITE_THREADSAFE=0 -DSQLITE_OMIT_LOAD_EXTENSION -DSQLITE_DQS=0 -DSQLITE_LIKE_DOESNT_MATCH_BLOBS
  -DSQLITE_ENABLE_{FTS3,FTS3_PARENTHESIS,FTS4,FTS5,RTREE,COLUMN_METADATA,MATH_FUNCTIONS,DBSTAT_VTAB}
  -DSQLITE_MAX_VARIABLE_NUMBER=250000 -DSQLITE_TEMP_STORE=2
  -DHAVE_USLEEP -DHAVE_FDATASYNC -DHAVE_GMTIME_R -DHAVE_LOCALTIME_R -DHAVE_INTTYPES_H -DHAVE_STDINT_H
)
# For size: it is the largest library, and its time goes to the file system and to Python.
compile -Os "${options[@]}" -- sqlite3.c
archive libsqlite3 sqlite3.c
cp sqlite3.h sqlite3ext.h "$OUT/include/"
