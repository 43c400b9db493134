//! The life of a record through everything that git does to a history.

use serde_json::{Value, json};

use super::git::Git;

const CI: &str = "sms/ci/ci-a.yaml";

fn ci(id: &str, more: &str) -> String {
    format!("kind: ci\nid: {id}\ntitle: A\nstatus: live\n{more}")
}

/// `kind: fields by authors under changes` of each step of a record's life, the first first.
fn life(git: &Git, id: &str) -> Vec<String> {
    let life = git.folder.json(&["show", id, "--history"]);
    let words = |value: &Value| -> String {
        let items = value.as_array().unwrap().iter().map(|item| item.as_str().unwrap_or_default());
        items.collect::<Vec<_>>().join("+")
    };
    let step = |step: &Value| {
        let fields: Vec<&str> =
            step["fields"].as_array().unwrap().iter().map(|f| f["path"].as_str().unwrap()).collect();
        let from = step["moved_from"].as_str().or(step["renamed_from"].as_str()).map(|from| format!(" from {from}"));
        format!(
            "{}{} [{}] by {} under {}",
            step["kind"].as_str().unwrap(),
            from.unwrap_or_default(),
            fields.join(","),
            words(&step["authors"]),
            words(&step["changes"])
        )
    };
    life["steps"].as_array().unwrap().iter().rev().map(step).collect()
}

#[test]
fn a_life_is_told_field_by_field_with_who_and_under_which_change() {
    let git = Git::new();
    git.put(CI, &ci("ci-a", ""));
    git.put("sms/ci/ci-b.yaml", &ci("ci-b", ""));
    git.folder.write(CI, ci("ci-a", "owner: ann\n").replace("title: A", "title: B"));
    git.commit_by("Bo", "Name it\n\nChange: chg-a\nCo-authored-by: Cy <cy@example.org>\n");
    git.put("sms/ci/ci-b.yaml", &ci("ci-b", "owner: ann\n"));
    assert_eq!(life(&git, "ci-a"), ["created [] by Ann under ", "changed [title,owner] by Bo+Cy under chg-a"]);
    let told = git.folder.run(&["show", "ci-a", "--history"]).clean();
    assert!(told.starts_with("Life of ci-a\n\n") && told.contains("    title: A → B\n    owner: + ann\n"), "{told}");
    git.folder.write(CI, format!("# Only a comment.\n{}", ci("ci-a", "owner: ann\n").replace("title: A", "title: B")));
    git.commit("Say more");
    assert_eq!(life(&git, "ci-a").len(), 2, "a comment is no change of the record");
}

#[test]
fn renamed_and_moved_records_are_followed_by_their_ids_and_not_by_likeness() {
    let git = Git::new();
    git.put(CI, &ci("ci-a", ""));
    git.run(&["mv", CI, "sms/ci/hall.yaml"]);
    git.commit("Move");
    git.folder.replace("sms/ci/hall.yaml", "id: ci-a", "id: ci-z\naliases: [ci-a]");
    git.run(&["mv", "sms/ci/hall.yaml", "sms/ci/ci-z.yaml"]);
    // git sees a rename of the first file to this one, since the texts are the same.
    git.folder.write("sms/ci/ci-a2.yaml", ci("ci-a2", ""));
    git.commit("Rename");
    let steps = life(&git, "ci-z");
    assert_eq!(
        steps,
        [
            "created [] by Ann under ",
            "changed from sms/ci/ci-a.yaml [] by Ann under ",
            "changed from sms/ci/hall.yaml [aliases] by Ann under "
        ]
    );
    assert_eq!(life(&git, "ci-a2"), ["created [] by Ann under "]);
    assert_eq!(life(&git, "ci-a"), steps, "by its former id too");
}

#[test]
fn a_record_that_went_and_came_back_keeps_its_life_and_one_that_is_gone_can_be_asked_for() {
    let git = Git::new();
    git.put(CI, &ci("ci-a", ""));
    git.put("sms/ci/ci-b.yaml", &ci("ci-b", ""));
    git.run(&["rm", "--quiet", CI]);
    git.commit("Throw away");
    let gone = ["created [] by Ann under ", "deleted [] by Ann under "];
    assert_eq!(life(&git, "ci-a"), gone);
    git.put("sms/ci/x/ci-a.yaml", &ci("ci-a", ""));
    assert_eq!(life(&git, "ci-a"), [gone[0], gone[1], gone[0]]);
    let error = git.folder.run(&["show", "ci-c", "--history"]).refused();
    assert!(error.contains("there is no record 'ci-c'; did you mean `ci-"), "{error}");
}

#[test]
fn a_merge_names_those_who_wrote_what_it_brought_and_not_who_pressed_the_button() {
    let git = Git::new();
    git.put(CI, &ci("ci-a", ""));
    git.run(&["switch", "--quiet", "-c", "work"]);
    git.folder.write(CI, ci("ci-a", "owner: ann\n"));
    git.commit_by("Bo", "Own it");
    git.folder.write("sms/ci/ci-b.yaml", ci("ci-b", ""));
    git.commit_by("Dee", "Another record");
    git.folder.write("sms/change/2026/chg-own.yaml", "kind: change\nid: chg-own\ntitle: T\nstatus: requested\n");
    git.commit_by("Dee", "Ask");
    git.run(&["switch", "--quiet", "main"]);
    git.by("Cy", &["merge", "--quiet", "--no-ff", "-m", "Merge pull request #7", "work"]);
    assert_eq!(life(&git, "ci-a"), ["created [] by Ann under ", "changed [owner] by Bo under chg-own"]);
    let told = git.folder.run(&["show", "ci-a", "--history"]).clean();
    assert!(told.contains("changed by Bo, taken over by Cy, under 'chg-own'\n"), "{told}");
}

#[test]
fn records_that_share_a_file_have_lives_of_their_own() {
    let git = Git::new();
    let both = |a: &str, b: &str| format!("{}---\n{}", ci("ci-a", a), ci("ci-b", b));
    git.put("sms/ci/all.yaml", &both("", ""));
    git.put("sms/ci/all.yaml", &both("", "owner: ann\n"));
    assert_eq!(life(&git, "ci-a"), ["created [] by Ann under "]);
    assert_eq!(life(&git, "ci-b").len(), 2);
    git.folder.write("sms/ci/all.yaml", ci("ci-a", ""));
    git.folder.write("sms/ci/ci-b.yaml", ci("ci-b", "owner: ann\n"));
    git.commit("Split");
    assert_eq!(life(&git, "ci-b")[2], "changed from sms/ci/all.yaml [] by Ann under ");
    assert_eq!(life(&git, "ci-a").len(), 1);
}

#[test]
fn what_a_clone_leaves_out_is_not_assessable_and_never_a_pass() {
    let git = Git::new();
    git.put(CI, &ci("ci-a", ""));
    git.put(CI, &ci("ci-a", "owner: ann\n"));
    git.put(CI, &ci("ci-a", "owner: bo\n"));
    git.run(&["config", "uploadpack.allowFilter", "true"]);
    let gap = |clone: &Git, gap: &str| {
        let life = clone.folder.json(&["show", "ci-a", "--history"]);
        assert_eq!(life["not_assessable"], json!([gap]));
        let told = clone.folder.run(&["show", "ci-a", "--history"]).findings();
        assert!(told.contains("\nNot assessable: "), "{told}");
        life["steps"].as_array().unwrap().len()
    };
    let shallow = git.clone_with(&["--depth", "2"]);
    assert_eq!(gap(&shallow, "shallow"), 1, "the oldest commit of a shallow clone looks as if it wrote everything");
    assert_eq!(gap(&git.clone_with(&["--filter=blob:limit=1m"]), "partial"), 3);
    let other = git.run(&["commit-tree", "HEAD^{tree}", "-m", "Another past"]);
    git.run(&["replace", "HEAD~1", &other]);
    assert_eq!(gap(&git, "replaced"), 3, "what is really there is read");
    git.run(&["replace", "-d", "HEAD~1"]);
    assert_eq!(life(&git, "ci-a").len(), 3);
    git.folder.write(".git/info/grafts", format!("{}\n", git.head()));
    gap(&git, "grafted");
}

#[test]
fn what_git_cannot_read_here_says_so_and_what_to_do() {
    let folder = crate::program::Folder::new();
    let git = Git::with(folder, &["init", "--quiet", "--object-format=sha256"]);
    git.put(CI, &ci("ci-a", ""));
    let error = git.folder.run(&["show", "ci-a", "--history"]).refused();
    assert!(error.contains("not assessable"), "{error}");
    let git = Git::new();
    git.folder.write(CI, ci("ci-a", ""));
    let error = git.folder.run(&["show", "ci-a", "--history"]).refused();
    assert!(error.contains("not assessable: there is no commit yet"), "{error}");
}

#[test]
fn records_in_a_folder_of_a_larger_repository_have_their_history() {
    let git = Git::new();
    git.put("docs/x/sms/ci/ci-a.yaml", &ci("ci-a", ""));
    git.put("docs/x/sms/ci/ci-a.yaml", &ci("ci-a", "owner: ann\n"));
    git.put("sms-not/ci/ci-a.yaml", &ci("ci-a", ""));
    let told = git.folder.json(&["-C", "docs/x", "show", "ci-a", "--history"]);
    assert_eq!(told["steps"].as_array().unwrap().len(), 2);
    assert_eq!(told["steps"][0]["path"], "sms/ci/ci-a.yaml");
}
