//! One format, two providers: the surroundings say whose it is.

use super::owned_by;
use crate::sandbox::Sandbox;
use crate::secrets::{self, base62, hex};

#[test]
fn a_stripe_key_is_stripes() {
    let stripe = "stripe-live-secret-key";
    let key = secrets::of_rule(stripe, 51);
    owned_by(stripe, ".env", &format!("STRIPE_SECRET_KEY={key}\n"));
    owned_by(stripe, "pay.py", &format!("stripe.api_key = \"{key}\"\n"));
    owned_by(stripe, "notes.txt", &format!("the key is {key}\n"));
    owned_by(
        stripe,
        "charge.sh",
        &format!("curl https://api.stripe.com/v1/charges -u {key}:\n"),
    );
    // With Publisher's words around it.
    owned_by(
        stripe,
        ".env",
        &format!(
            "PUBLISHER_URL=https://social.example.com/publisher.v1/\nSTRIPE_SECRET_KEY={key}\n"
        ),
    );
    owned_by(
        stripe,
        "pay.js",
        &format!("// charges the publisher\nconst stripe = new Stripe('{key}');\n"),
    );
    owned_by(
        stripe,
        "config.yaml",
        &format!("publisher:\n  url: https://social.example.com\nstripe:\n  secret: {key}\n"),
    );
    owned_by(
        stripe,
        "pay.py",
        &format!("stripe.api_key = '{key}'  # the publisher's account\n"),
    );
}

#[test]
fn a_publisher_token_is_publishers() {
    let publisher = "publisher-api-token";
    let key = secrets::of_rule(publisher, 52);
    owned_by(
        publisher,
        ".env",
        &format!("STRIPE_URL=https://api.stripe.com\nPUBLISHER_API_TOKEN={key}\n"),
    );
    owned_by(
        publisher,
        "config.yaml",
        &format!("stripe:\n  account: main\npublisher:\n  token: {key}\n"),
    );
    owned_by(
        publisher,
        "list.sh",
        &format!(
            "# not a stripe key\ncurl https://social.example.com/publisher.v1/posts/list -H 'Authorization: Bearer {key}'\n"
        ),
    );
    owned_by(
        publisher,
        "client.py",
        &format!("publisher = PublisherClient(token=\"{key}\")  # unlike stripe's\n"),
    );
}

#[test]
fn both_in_one_file_keep_their_owners() {
    let (stripe, publisher) = (base62(53, 24), hex(53, 32));
    let text =
        format!("STRIPE_SECRET_KEY=sk_live_{stripe}\nPUBLISHER_API_TOKEN=sk_live_{publisher}\n");
    let found = Sandbox::with(".env", text).findings(&[]);
    assert_eq!(
        found,
        [
            ".env:1:19 stripe-live-secret-key",
            ".env:2:21 publisher-api-token"
        ]
    );
}
