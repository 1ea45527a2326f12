//! What the README guarantees is tested.

use std::collections::BTreeSet;
use std::path::Path;

#[test]
fn every_guarantee_of_the_readme_names_a_test_that_exists() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let readme = std::fs::read_to_string(root.join("README.md")).expect("a README");
    let (_, after) = readme.split_once("## What is guaranteed").expect("a list of guarantees");
    let (list, _) = after.split_once("\n## ").expect("an end of the list");
    let named: BTreeSet<(&str, &str)> =
        list.split('`').filter_map(|text| text.rsplit_once("::")).collect();
    assert!(named.len() > 20, "{named:?}");
    for (module, test) in named {
        let file = module.replace("::", "/");
        let source =
            |folder| std::fs::read_to_string(root.join(format!("tests/{folder}/{file}.rs")));
        let sources = ["http", "crash"].map(|folder| source(folder).unwrap_or_default());
        let test = format!("async fn {test}(");
        assert!(sources.iter().any(|source| source.contains(&test)), "{file}: {test}");
    }
}
