using 'main.bicep'

// Copy this file, fill it in, and pass it to az deployment group create (docs/operations.md).

param namePrefix = 'shellbox'

// az ad signed-in-user show --query id --output tsv
param operatorObjectId = '00000000-0000-0000-0000-000000000000'

// The public half of the key whose private half goes into the key vault. This one is an example that nobody has the other half of.
param instancePublicKey = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIK4NzJ1EWTrGNWl3uRzbQI3FP9Ei1y2gMTp5HwpcIbu4 shellbox'

// First deploy with 0; then, once the guest files are uploaded, with the size of the pool.
param poolSize = 0
param instanceSize = 'Standard_D4s_v5'

// A download URL that holds a signature is set through the environment and stays out of this file.
param guestFilesUrl = readEnvironmentVariable('SHELLBOX_GUEST_FILES_URL', '')
param guestFilesSha256 = readEnvironmentVariable('SHELLBOX_GUEST_FILES_SHA256', '')
