metadata description = 'One instance of the pool: a Debian VM that runs QEMU, without a public address and without data disks.'

@description('Region of the resources.')
param location string

@description('Name of the VM.')
param name string

@description('Size of the VM. It must offer nested virtualization, or QEMU falls back to emulation, which is many times slower.')
param size string

@description('Image of the VM, generation 2.')
param image resourceInput<'Microsoft.Compute/virtualMachines@2025-04-01'>.properties.storageProfile.imageReference

@description('Subnet of the instances.')
param subnetId string

@description('User that the app signs in as.')
param userName string

@description('Public SSH key of that user, in the form of an authorized_keys line.')
param publicKey string

@secure()
@description('URL of the guest files, a gzipped tar; empty when the image holds them.')
param guestFilesUrl string

@description('SHA-256 of the guest files in hexadecimal.')
param guestFilesSha256 string

@description('Memory of a box in MiB, for which the instance prepares a booted kernel.')
param guestMemoryMiB int

@description('Value of the tag shellbox:created.')
param createdAt string

var tags = {
  'shellbox:role': 'instance'
  'shellbox:status': 'free'
  'shellbox:created': createdAt
}

var placeholders = {
  '@USER@': userName
  '@PUBLIC_KEY@': trim(publicKey)
  '@GUEST_FILES_URL@': guestFilesUrl
  '@GUEST_FILES_SHA256@': toLower(guestFilesSha256)
  '@GUEST_MEMORY_MIB@': string(guestMemoryMiB)
}
// Without shellbox-instance, which comes with the guest files: Azure takes 65,535 bytes of custom data.
var cloudInit = reduce(
  items(placeholders),
  loadTextContent('../instance/cloud-init.yaml'),
  (text, item) => replace(text, item.key, item.value)
)

resource networkInterface 'Microsoft.Network/networkInterfaces@2025-01-01' = {
  name: '${name}-nic'
  location: location
  properties: {
    enableAcceleratedNetworking: true
    ipConfigurations: [
      {
        name: 'internal'
        properties: {
          privateIPAllocationMethod: 'Dynamic'
          subnet: {
            id: subnetId
          }
        }
      }
    ]
  }
}

// An instance that exists belongs to the app, which attaches volumes to it and writes its tags: a deployment never changes it again.
@onlyIfNotExists()
resource virtualMachine 'Microsoft.Compute/virtualMachines@2025-04-01' = {
  name: name
  location: location
  tags: tags
  properties: {
    hardwareProfile: {
      vmSize: size
    }
    securityProfile: {
      securityType: 'TrustedLaunch'
      uefiSettings: {
        secureBootEnabled: true
        vTpmEnabled: true
      }
    }
    storageProfile: {
      // Volumes are found at /dev/disk/azure/scsi1/lun<n>, which NVMe sizes do not have.
      diskControllerType: 'SCSI'
      imageReference: image
      osDisk: {
        name: '${name}-os'
        createOption: 'FromImage'
        deleteOption: 'Delete'
        managedDisk: {
          storageAccountType: 'StandardSSD_LRS'
        }
      }
    }
    osProfile: {
      computerName: name
      adminUsername: userName
      customData: base64(cloudInit)
      linuxConfiguration: {
        disablePasswordAuthentication: true
        ssh: {
          publicKeys: [
            {
              path: '/home/${userName}/.ssh/authorized_keys'
              keyData: publicKey
            }
          ]
        }
      }
    }
    networkProfile: {
      networkInterfaces: [
        {
          id: networkInterface.id
          properties: {
            deleteOption: 'Delete'
          }
        }
      ]
    }
    diagnosticsProfile: {
      bootDiagnostics: {
        enabled: true
      }
    }
  }
}
