//! Folders whose files are built into the program: a new file in them must lead to a new build.

fn main() {
    for folder in ["schemas", "sms", "templates", "src/cli/starter"] {
        println!("cargo::rerun-if-changed={folder}");
    }
}
