//! The arguments of the tools.

use std::path::PathBuf;

use super::scratch;
use super::tool::Arguments;

#[derive(Debug)]
pub struct Options {
    /// The argument without a name: a path, or a crate.
    pub subject: String,
    pub features: Vec<String>,
    pub default_features: bool,
    pub version: String,
    pub seed: u64,
    pub values: u64,
    pub out: PathBuf,
    /// The checkout whose runtime is tested.
    pub checkout: PathBuf,
}

impl Options {
    /// Reads the arguments; nothing where help is asked for.
    ///
    /// # Errors
    /// The mistake in them.
    pub fn parse(args: impl Iterator<Item = String>, tool: &str) -> Result<Option<Self>, String> {
        let mut args = Arguments(args);
        let mut options = Self {
            subject: String::new(),
            features: Vec::new(),
            default_features: true,
            version: String::from("*"),
            seed: 1,
            values: 50,
            checkout: scratch::own_checkout(),
            out: std::env::temp_dir().join(format!("record-{tool}")),
        };
        while let Some(arg) = args.0.next() {
            match arg.as_str() {
                "--help" | "-h" => return Ok(None),
                "--features" => options.features = args.value(&arg)?.split(',').map(str::to_owned).collect(),
                "--no-default-features" => options.default_features = false,
                "--version" => options.version = args.value(&arg)?,
                "--seed" => options.seed = args.number(&arg)?,
                "--values" => options.values = args.number(&arg)?,
                "--out" => options.out = args.path(&arg)?,
                "--checkout" => options.checkout = args.path(&arg)?,
                unknown if unknown.starts_with('-') => return Err(format!("`{unknown}` is not an option")),
                _ if options.subject.is_empty() => options.subject = arg,
                _ => return Err(format!("`{arg}` is one argument too many")),
            }
        }
        if options.subject.is_empty() {
            return Err(String::from("an argument is missing"));
        }
        Ok(Some(options))
    }
}

impl Options {
    /// The folder of the runtime that is tested.
    #[must_use]
    pub fn runtime(&self) -> PathBuf {
        self.checkout.join("record-runtime")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(args: &str) -> Result<Option<Options>, String> {
        Options::parse(args.split_whitespace().map(str::to_owned), "test")
    }

    #[test]
    fn arguments() {
        let options = parse("--features a,b thing --seed 7").unwrap().unwrap();
        assert_eq!((options.subject.as_str(), options.seed), ("thing", 7));
        assert_eq!(options.features, ["a", "b"]);
        assert!(parse("--help").unwrap().is_none());
        assert_eq!(parse("--seed x a").unwrap_err(), "`x` is not a number");
        assert_eq!(parse("--seed").unwrap_err(), "`--seed` takes a value");
        assert_eq!(parse("--colour a").unwrap_err(), "`--colour` is not an option");
        assert_eq!(parse("a b").unwrap_err(), "`b` is one argument too many");
        assert_eq!(parse("").unwrap_err(), "an argument is missing");
    }
}
