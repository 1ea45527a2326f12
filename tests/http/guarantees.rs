//! Every guarantee has a test.

use std::collections::BTreeSet;
use std::path::Path;

#[test]
fn every_guarantee_names_a_test_that_exists() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let list = std::fs::read_to_string(root.join("docs/guarantees.md")).expect("the guarantees");
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
