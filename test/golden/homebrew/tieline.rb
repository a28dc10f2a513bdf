# Made from scripts/homebrew/tieline.rb.template by scripts/homebrew.mjs.
class Tieline < Formula
  desc "Keep the connections of an agent platform as reviewed YAML"
  homepage "https://git.example/acme/tieline"
  version "0.1.0"
  license "MIT"

  on_macos do
    on_arm do
      url "https://git.example/acme/tieline/releases/download/v0.1.0/tieline-0.1.0-darwin-arm64.tar.gz"
      sha256 "0000000000000000000000000000000000000000000000000000000000000000"
    end
    on_intel do
      url "https://git.example/acme/tieline/releases/download/v0.1.0/tieline-0.1.0-darwin-x64.tar.gz"
      sha256 "1111111111111111111111111111111111111111111111111111111111111111"
    end
  end

  on_linux do
    on_arm do
      url "https://git.example/acme/tieline/releases/download/v0.1.0/tieline-0.1.0-linux-arm64.tar.gz"
      sha256 "2222222222222222222222222222222222222222222222222222222222222222"
    end
    on_intel do
      url "https://git.example/acme/tieline/releases/download/v0.1.0/tieline-0.1.0-linux-x64.tar.gz"
      sha256 "3333333333333333333333333333333333333333333333333333333333333333"
    end
  end

  def install
    bin.install "tieline"
    doc.install "THIRD_PARTY_LICENSES.txt"
  end

  test do
    assert_match version.to_s, shell_output("#{bin}/tieline --version")
  end
end
