#!/bin/sh
# Makes a git repository with a long history of pull requests, to measure `audit verify` and `show --history` against.
#
#   benches/history.sh RECORDS PULLS FOLDER
#
# RECORDS is what `cargo bench --bench generate` wrote. Each pull request edits one configuration item on a branch of its
# own that began a few merges ago, and is merged under a change; one in ten also edits two more items. The same records and
# number give the same commits on every machine.
set -eu
records=$1 pulls=$2 folder=$3
export GIT_AUTHOR_NAME=Ann GIT_AUTHOR_EMAIL=ann@example.org GIT_COMMITTER_NAME=Ann GIT_COMMITTER_EMAIL=ann@example.org
export GIT_AUTHOR_DATE='1500000000 +0000' GIT_COMMITTER_DATE='1500000000 +0000' GIT_CONFIG_NOSYSTEM=1 LC_ALL=C
git init --quiet --initial-branch=main "$folder"
cp -R "$records/sms" "$records/gitsm.toml" "$folder/"
git -C "$folder" add --all
git -C "$folder" commit --quiet -m 'Begin'
begin=$(git -C "$folder" rev-parse HEAD)
(cd "$folder" && find sms/ci -name '*.yaml' | sort | head -n 2000) > "$folder/.git/items"
awk -v pulls="$pulls" -v begin="$begin" -v folder="$folder" '
function content(file, revision,    text) {
    text = base[file] "x-revision: " revision "\n"
    printf "M 100644 inline %s\ndata %d\n%s\n", file, length(text), text
}
function edits(pull,    one) {
    content(items[pull % count], pull)
    if (pull % 10 == 0) for (one = 1; one <= 2; one++) content(items[(pull + one * 700) % count], pull)
}
function commit(ref, mark, who, at, message) {
    printf "commit %s\nmark :%d\nauthor %s <%s@example.org> %d +0000\ncommitter %s <%s@example.org> %d +0000\n",
        ref, mark, who, tolower(who), at, who, tolower(who), at
    printf "data %d\n%s\n", length(message), message
}
{ items[count++] = $0 }
END {
    for (one = 0; one < count; one++) {
        while ((getline line < (folder "/" items[one])) > 0) base[items[one]] = base[items[one]] line "\n"
        close(folder "/" items[one])
    }
    for (pull = 1; pull <= pulls; pull++) {
        at = 1500000000 + pull * 600
        fork = pull - 1 - pull % 4
        commit("refs/heads/work", 2 * pull, "Bo", at, "Edit an item\n\nChange: chg-bench-" pull "\n")
        printf "from %s\n", fork < 1 ? begin : ":" (2 * fork + 1)
        edits(pull)
        commit("refs/heads/main", 2 * pull + 1, "Cy", at + 300, "Merge pull request #" pull "\n\nChange: chg-bench-" pull "\n")
        printf "from %s\nmerge :%d\n", pull == 1 ? begin : ":" (2 * pull - 1), 2 * pull
        edits(pull)
    }
}' "$folder/.git/items" | git -C "$folder" fast-import --quiet --force
git -C "$folder" branch --quiet --delete --force work
git -C "$folder" repack -adfq --depth=50 --window=10
git -C "$folder" commit-graph write --reachable --changed-paths --no-progress
git -C "$folder" reset --quiet --hard
