//! The arguments of the command `export`: what its help says, and what is wrong with them.

use crate::subject::PROVIDERS;
use crate::terraform::Terraform;

#[test]
fn arguments_that_are_wrong_are_named_without_their_values() {
    let terraform = Terraform::offline();
    assert!(terraform.run_provider("hoop", &["--help"]).ok().stdout_text().contains("\n  export "));
    for provider in PROVIDERS {
        let help = terraform.run_provider(provider.name, &["export", "--help"]).ok();
        let help = help.stdout_text();
        let usage = format!("Usage: terraform-provider-{} export --out DIR", provider.name);
        assert!(help.starts_with(&usage) && help.lines().all(|line| line.chars().count() <= 120), "{help}");
        for attr in provider.attributes() {
            let flag = attr.name.replace('_', "-");
            let file = if attr.is_sensitive() { format!(" TEXT, --{flag}-file FILE\n") } else { String::new() };
            assert!(help.contains(&format!("\n  --{flag}{file}")), "{}: {help}", attr.name);
        }
    }
    for (arguments, says) in [
        (&["--type", "hoop_agent"][..], "`--out` is missing"),
        (&["--out"], "`--out` needs a value"),
        (&["--out", "d", "--type", "agent"], "the types are hoop_connection, "),
        (&["--out", "d", "--type", "hoop_agent", "agent"], "there is no type \"agent\""),
        (&["--out", "d", "--api-key=hpk_canary"], "use `--api-key-file`"),
        (&["--out", "d", "--token=hpk_canary"], "unknown argument `--token`"),
        (&["--out", "d", "hpk_canary"], "unexpected argument"),
        (&["--out", "d", "--max-retries", "many"], "`--max-retries` needs a number"),
        (&["--out", "d", "--max-retries=21"], "between 0 and 20"),
        (&["--out", "d", "--api-key-file", "none"], "could not read \"none\""),
        (&["--out", "cli.tfrc"], "cli.tfrc is not a directory"),
        (&["--out", "d"], "`api_url` is not set"),
    ] {
        let outcome = terraform.run_provider("hoop", &[&["export"], arguments].concat());
        let text = outcome.text();
        assert_eq!((outcome.code, outcome.stdout_text()), (1, ""), "{arguments:?}: {text}");
        assert!(text.contains(says) && !text.contains("hpk_canary"), "{arguments:?}: {text}");
        assert!(!terraform.path("d").exists());
    }
}
