"""A small web application: sign-in with Cognito, photos in S3, an admin function that manages users."""

import json

import pulumi
import pulumi_aws as aws

pool = aws.cognito.UserPool(
    "photo-users",
    auto_verified_attributes=["email"],
    username_attributes=["email"],
    password_policy={"minimum_length": 8, "require_numbers": True},
)

client = aws.cognito.UserPoolClient(
    "photo-web",
    user_pool_id=pool.id,
    explicit_auth_flows=["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
    access_token_validity=24,
    id_token_validity=24,
    generate_secret=False,
)

identities = aws.cognito.IdentityPool(
    "photo-identities",
    identity_pool_name="photo identities",
    allow_unauthenticated_identities=True,
    cognito_identity_providers=[{"client_id": client.id, "provider_name": pool.endpoint}],
)

photos = aws.s3.Bucket("photos")

admin_role = aws.iam.Role(
    "photo-admin",
    assume_role_policy=json.dumps(
        {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Action": "sts:AssumeRole",
                    "Principal": {"Service": "lambda.amazonaws.com"},
                    "Effect": "Allow",
                }
            ],
        }
    ),
)

aws.iam.RolePolicyAttachment(
    "photo-admin-logs",
    role=admin_role.name,
    policy_arn="arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole",
)

aws.iam.RolePolicy(
    "photo-admin-users",
    role=admin_role.id,
    policy=json.dumps(
        {
            "Version": "2012-10-17",
            "Statement": [{"Effect": "Allow", "Action": ["cognito-idp:*"], "Resource": "*"}],
        }
    ),
)

pulumi.export("bucket", photos.id)
pulumi.export("client", client.id)
